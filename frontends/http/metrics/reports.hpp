#pragma once
// The last figures of every component, as they come on `$sys.metrics.<component>.<instance>`. A report that was not
// followed by another is forgotten after a time, so that what has ended vanishes. Bounded in instances and bytes: what
// is beyond is refused and counted, what is known goes on.
// Owned by HttpService; any thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/metrics/exposition.hpp"

namespace fanfare::frontends::http {

class Reports {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Bounds {
    std::chrono::milliseconds stale_after{30'000};
    std::size_t instances = 256;
    std::size_t bytes = 16U << 20U;  ///< of the reports' text; as figures they take some times that
  };
  struct Counts {
    std::uint64_t taken = 0;
    std::uint64_t unreadable = 0;  ///< no report, or on a topic that names no instance
    std::uint64_t refused = 0;     ///< beyond a bound
  };

  explicit Reports(const Bounds& bounds) : bounds_(bounds) {}

  /// A report came.
  void take(std::string_view topic, std::string_view report, Time now);

  /// Those that are not stale, by component and instance.
  [[nodiscard]] std::vector<runtime::MetricsSource> current(Time now);

  [[nodiscard]] Counts counts() const;

 private:
  struct Entry {
    std::shared_ptr<const runtime::Families> families;
    std::size_t bytes = 0;
    Time came;
  };

  void forget_stale(Time now);

  const Bounds bounds_;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Entry> entries_;  // by component and instance
  std::size_t bytes_ = 0;                                         // of all entries
  Counts counts_;
};

}  // namespace fanfare::frontends::http
