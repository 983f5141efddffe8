#pragma once
// When a process manager that watches this process (systemd's WatchdogSec) has to be told that it lives: twice in each
// of its intervals, sd_watchdog_enabled(3) without libsystemd. Owned by the lifecycle; main thread. Time is an
// argument. Promise: what stands still is not told of as alive, and is asked again soon.

#include <sys/types.h>

#include <chrono>
#include <optional>

#include "runtime/config/environment.hpp"

namespace fanfare::runtime {

class Watchdog {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// `limit`: the silence after which the manager takes the process for dead; none: nobody watches.
  explicit Watchdog(std::optional<std::chrono::microseconds> limit) : limit_(limit) {}

  /// WATCHDOG_USEC, unless WATCHDOG_PID names another process.
  static Watchdog from(const Environment& environment, pid_t self);

  /// max() if never.
  [[nodiscard]] TimePoint next() const { return limit_ ? next_ : TimePoint::max(); }
  [[nodiscard]] bool is_due(TimePoint now) const { return now >= next(); }

  /// It was looked whether the process works; if so, the manager was told.
  void looked(bool works, TimePoint now) {
    if (limit_) next_ = now + *limit_ / (works ? 2 : 16);
  }

 private:
  std::optional<std::chrono::microseconds> limit_;
  TimePoint next_{};
};

}  // namespace fanfare::runtime
