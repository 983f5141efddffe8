#pragma once
// The port between the driver and each system for works that are operations with one outcome each: a publish and its
// acknowledgement, a request and its reply, a message and its handling by a member of a group. Implementations speak
// with one server; one thread.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace fanfare::load {

/// Operations first, first + 1, … have had their outcome.
struct Run {
  std::uint64_t first = 0;
  std::uint64_t count = 1;
};

class Operations {
 public:
  virtual ~Operations() = default;
  /// Puts operation `number`, which rises by one from 0, into what leaves with the next advance(). False: there is no
  /// room for it before that.
  [[nodiscard]] virtual bool start(std::uint64_t number) = 0;
  /// Sends what was started, waits until something came, and appends what had its outcome. Throws at the deadline.
  virtual void advance(std::vector<Run>& done, std::chrono::steady_clock::time_point deadline) = 0;
  /// Asks the server, when all of the `started` operations are done, whether it is where it should be then: that it
  /// holds as many messages, or none that is not handled. Empty: it is; else what is wrong.
  [[nodiscard]] virtual std::string disagreement(std::uint64_t started) = 0;
};

}  // namespace fanfare::load
