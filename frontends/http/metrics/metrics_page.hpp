#pragma once
// GET /metrics: the figures of the whole system in the Prometheus text format, this process's own as they are now, the
// others' as they last reported. Owned by HttpService; any thread.
//
// Whoever can reach the port may ask, so a page is made once a second at most and shared.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "frontends/http/metrics/reports.hpp"
#include "frontends/http/routing/router.hpp"
#include "runtime/metrics/metrics.hpp"

namespace fanfare::frontends::http {

class MetricsPage {
 public:
  using Clock = std::function<Reports::Time()>;

  static constexpr std::chrono::seconds kKept{1};

  /// `metrics` are this process's own, `instance` what it reports itself as: that report is not shown a second time.
  MetricsPage(const runtime::Metrics& metrics, std::string instance, const Reports::Bounds& bounds, Clock clock);

  /// A message on `$sys.metrics.>`.
  void take(std::string_view topic, std::string_view report) { reports_.take(topic, report, clock_()); }

  /// This process's own figures, which it reports too: another fanfare-http may be asked.
  [[nodiscard]] runtime::Families own();

  /// Outlives `router`.
  void add_route(Router& router);

 private:
  [[nodiscard]] std::shared_ptr<const std::string> page();
  [[nodiscard]] std::string make(Reports::Time now);

  const runtime::Metrics& metrics_;
  const std::string instance_;
  const Clock clock_;
  Reports reports_;

  std::mutex mutex_;  // guards the page that is kept
  std::shared_ptr<const std::string> kept_;
  Reports::Time made_;
  std::atomic<std::size_t> left_out_ = 0;  // of the last page; atomic, as pages may be made at the same time
};

}  // namespace fanfare::frontends::http
