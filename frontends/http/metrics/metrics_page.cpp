#include "frontends/http/metrics/metrics_page.hpp"

#include <algorithm>
#include <utility>

namespace fanfare::frontends::http {
namespace {

using runtime::Families;
using runtime::MetricKind;

constexpr std::string_view kComponent = "http";

}  // namespace

MetricsPage::MetricsPage(const runtime::Metrics& metrics, std::string instance, const Reports::Bounds& bounds,
                         Clock clock)
    : metrics_(metrics), instance_(std::move(instance)), clock_(std::move(clock)), reports_(bounds) {}

Families MetricsPage::own() {
  Families families = metrics_.collect();
  const Reports::Counts counts = reports_.counts();
  const auto counted = [](std::uint64_t value) { return static_cast<double>(value); };
  families.push_back({"fanfare_http_reports_total",
                      MetricKind::kCounter,
                      "Reports that came from other components, and what became of them.",
                      {{{{"outcome", "taken"}}, counted(counts.taken), {}},
                       {{{"outcome", "unreadable"}}, counted(counts.unreadable), {}},
                       {{{"outcome", "too_many"}}, counted(counts.refused), {}}}});
  families.push_back({"fanfare_http_families_left_out",
                      MetricKind::kGauge,
                      "Families that the page before could not show: another component has the name with another type.",
                      {{{}, counted(left_out_), {}}}});
  return families;
}

void MetricsPage::add_route(Router& router) {
  router.add({"GET", "/metrics", Lane::kLocal, [this](const Request&) {
                return Reply{.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"},
                                         {"Cache-Control", "no-store"},
                                         {"X-Content-Type-Options", "nosniff"}},
                             .body = page()};
              }});
}

std::shared_ptr<const std::string> MetricsPage::page() {
  const Reports::Time now = clock_();
  {
    const std::lock_guard lock(mutex_);
    if (kept_ && now - made_ < kKept) return kept_;
  }
  // Not under the lock: at worst each thread of the pool makes one.
  auto made = std::make_shared<const std::string>(make(now));
  const std::lock_guard lock(mutex_);
  kept_ = std::move(made);
  made_ = now;
  return kept_;
}

std::string MetricsPage::make(Reports::Time now) {
  std::vector<runtime::MetricsSource> sources = {
      {std::string(kComponent), instance_, std::make_shared<const Families>(own())}};
  for (runtime::MetricsSource& source : reports_.current(now)) {
    if (source.component != kComponent || source.instance != instance_) sources.push_back(std::move(source));
  }
  runtime::Exposition exposition = runtime::expose(sources);
  left_out_ = exposition.left_out;
  return std::move(exposition.text);
}

}  // namespace fanfare::frontends::http
