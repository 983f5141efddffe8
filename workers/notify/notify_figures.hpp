#pragma once
// The figures of a notifier. Owned by the service and lent to its threads; any thread.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/metrics/metrics.hpp"
#include "workers/notify/decide.hpp"

namespace fanfare::workers::notify {

class NotifyFigures {
 public:
  NotifyFigures(const std::string& notifier, runtime::Metrics& metrics);

  /// `count` messages, the first of which came, or whose person left, so long ago.
  void told(bool is_change, std::uint64_t count, std::chrono::milliseconds after);
  void suppressed(Why why) { suppressed_.at(static_cast<std::size_t>(why)).add(); }
  void flood_wait() { flood_waits_.add(); }
  void unreachable() { unreachable_.add(); }
  void unknown(std::uint64_t count) { unknown_.add(static_cast<double>(count)); }
  void skipped() { skipped_.add(); }
  void due(std::uint64_t count) { due_.set(static_cast<double>(count)); }

 private:
  runtime::Counter new_;
  runtime::Counter changed_;
  runtime::Counter coalesced_;
  std::vector<runtime::Counter> suppressed_;  ///< by Why
  runtime::Counter flood_waits_;
  runtime::Counter unreachable_;
  runtime::Counter unknown_;
  runtime::Counter skipped_;
  runtime::Gauge due_;
  runtime::Histogram after_;
};

}  // namespace fanfare::workers::notify
