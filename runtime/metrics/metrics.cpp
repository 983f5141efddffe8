#include "runtime/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace fanfare::runtime {
namespace {

void require_name(const std::string& name, MetricKind kind) {
  if (const auto problem = metric_name_problem(name, kind)) throw std::logic_error(name + ": " + *problem);
}

}  // namespace

void Counter::add(double amount) { counter_->Increment(amount); }
void Gauge::set(double value) { gauge_->Set(value); }
void Gauge::add(double amount) { gauge_->Increment(amount); }
void Histogram::observe(double value) { histogram_->Observe(value); }

Metrics::Metrics() : registry_(std::make_unique<prometheus::Registry>()) {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  require_name(name, MetricKind::kCounter);
  return Counter(prometheus::BuildCounter().Name(name).Help(help).Register(*registry_).Add(labels));
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  require_name(name, MetricKind::kGauge);
  return Gauge(prometheus::BuildGauge().Name(name).Help(help).Register(*registry_).Add(labels));
}

Histogram Metrics::histogram(const std::string& name, const std::string& help, std::vector<double> buckets,
                             const Labels& labels) {
  require_name(name, MetricKind::kHistogram);
  return Histogram(
      prometheus::BuildHistogram().Name(name).Help(help).Register(*registry_).Add(labels, std::move(buckets)));
}

std::string Metrics::serialize() const {
  const prometheus::TextSerializer serializer;
  return static_cast<const prometheus::Serializer&>(serializer).Serialize(registry_->Collect());
}

std::optional<std::string> metric_name_problem(std::string_view name, MetricKind kind) {
  constexpr std::array<std::string_view, 9> kScaledUnits = {"_ms",      "_milliseconds", "_us",  "_microseconds", "_ns",
                                                            "_minutes", "_kilobytes",    "_kib", "_mib"};
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if (!name.starts_with("fanfare_")) return "must begin with fanfare_";
  if (!std::ranges::all_of(name, allowed)) return "may hold a-z, 0-9 and _ only";
  const bool is_total = name.ends_with("_total");
  if (is_total != (kind == MetricKind::kCounter)) return "must end in _total if, and only if, it is a counter";
  const std::string_view stem = is_total ? name.substr(0, name.size() - 6) : name;
  for (const std::string_view unit : kScaledUnits) {
    if (stem.ends_with(unit)) return "must be in base units: seconds or bytes";
  }
  return std::nullopt;
}

}  // namespace fanfare::runtime
