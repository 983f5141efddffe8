#pragma once
// What `fanfare bench` is asked to do. Values; made on the main thread, then read by all.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace fanfare::cli {

enum class BenchWork : std::uint8_t { pubsub, fanout, latency, durable, request, group };

struct BenchSettings {
  BenchWork work = BenchWork::pubsub;
  std::string name;             ///< of the work, for people and scripts
  std::size_t size = 128;       ///< bytes of a payload, at least kStampSize
  std::size_t publishers = 1;   ///< a session and a thread each
  std::size_t subscribers = 1;  ///< a session each; of services and groups the members
  std::uint64_t messages = 0;   ///< of all publishers, after the warm-up; 0: as many as there are in `duration`
  std::chrono::milliseconds duration{3'000};
  std::uint64_t rate = 0;       ///< a second, of all publishers; 0: as fast as it goes
  std::uint64_t in_flight = 0;  ///< of a publisher: sent and not done yet
  std::string topic;            ///< all topics are below it
  std::string run;              ///< tells the topics and the group of this run from those of others
};

/// The topic of a publisher, and the pattern of all of them.
[[nodiscard]] inline std::string topic_of(const BenchSettings& settings, std::size_t publisher) {
  return settings.topic + "." + settings.run + "." + std::to_string(publisher);
}
[[nodiscard]] inline std::string pattern_of(const BenchSettings& settings) {
  return settings.topic + "." + settings.run + ".*";
}

}  // namespace fanfare::cli
