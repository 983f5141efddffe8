#pragma once
// What one run is asked to do. Plain data, read from the command line by main; any thread.

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace fanfare::load {

struct Work {
  std::string work = "pubsub";
  std::string system;
  std::vector<std::string> addresses;  ///< where the server listens; most systems have one. Without a server: a folder
  std::vector<pid_t> server_processes;
  std::size_t size = 128;  ///< bytes of a payload, at least kStampSize
  std::size_t subscribers = 1;
  bool different_patterns = false;  ///< no two subscribers have the same subscriptions, and all match
  std::chrono::duration<double> warm_up{0.5};
  std::chrono::duration<double> measured{2};
  std::uint64_t under_way = 1;  ///< operations without their outcome at most, where the work is made of them
  std::uint64_t rate = 5'000;   ///< messages a second, where the work is paced
  std::size_t in_flight_bytes = 4U << 20U;  ///< payload published and not yet received by every subscriber
  std::size_t frame_bytes = 64U << 10U;     ///< about what is given to the system at once
  std::size_t receive_window = 1U << 20U;   ///< Fanfare: what the broker may send unconfirmed; the SDK's default

  [[nodiscard]] std::uint64_t in_flight_messages() const { return at_least_one(in_flight_bytes); }
  [[nodiscard]] std::uint64_t messages_of_a_frame() const { return at_least_one(frame_bytes); }

 private:
  [[nodiscard]] std::uint64_t at_least_one(std::size_t bytes) const { return bytes < size ? 1 : bytes / size; }
};

}  // namespace fanfare::load
