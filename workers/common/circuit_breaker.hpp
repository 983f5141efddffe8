#pragma once
// Remembers whether the database answers, so that who asks it while it is away is told at once and does not wait for
// its own time to pass. Shared by the threads that ask for one purpose; any thread. Promise: after some failures in a
// row one try is let through at a time, with back-off in between; the first success lets all through again. Each change
// is a line of the log and a figure.

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "runtime/logging/logger.hpp"
#include "runtime/metrics/metrics.hpp"

namespace fanfare::workers::common {

class CircuitBreaker {
 public:
  using Clock = std::chrono::steady_clock;

  struct Options {
    std::string figure;        ///< the name of its gauge
    std::string purpose;       ///< a label: `writing`, `reading`
    std::size_t failures = 3;  ///< in a row, and it opens
    std::chrono::milliseconds first_back_off{100};
    std::chrono::milliseconds longest_back_off{5'000};
    std::function<Clock::time_point()> now = Clock::now;
  };

  CircuitBreaker(Options options, runtime::Logger& log, runtime::Metrics& metrics);
  CircuitBreaker(const CircuitBreaker&) = delete;
  CircuitBreaker& operator=(const CircuitBreaker&) = delete;

  /// Whether to ask the database now. Whoever may has to say how it went.
  [[nodiscard]] bool may_try();
  void succeeded();
  void failed(std::string_view reason);

  [[nodiscard]] bool is_open() const;

 private:
  const Options options_;
  runtime::Logger& log_;
  runtime::Gauge up_;
  mutable std::mutex mutex_;  // guards the four below
  std::size_t failures_ = 0;  // in a row
  std::chrono::milliseconds back_off_{};
  Clock::time_point next_try_{};    // while it is open
  Clock::time_point open_since_{};  // while it is open
};

}  // namespace fanfare::workers::common
