#include "runtime/metrics/metrics.hpp"

#include <prometheus/client_metric.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "runtime/metrics/names.hpp"
#include "runtime/metrics/report.hpp"

namespace fanfare::runtime {
namespace {

void require_name(const std::string& name, MetricKind kind) {
  if (const auto problem = metric_name_problem(name, kind)) throw std::logic_error(name + ": " + *problem);
}

MetricKind kind_of(prometheus::MetricType type) {
  if (type == prometheus::MetricType::Counter) return MetricKind::kCounter;
  return type == prometheus::MetricType::Histogram ? MetricKind::kHistogram : MetricKind::kGauge;
}

Sample sample_of(const prometheus::ClientMetric& metric, MetricKind kind) {
  Sample sample;
  for (const auto& label : metric.label) sample.labels.emplace(label.name, label.value);
  if (kind != MetricKind::kHistogram) {
    sample.value = kind == MetricKind::kCounter ? metric.counter.value : metric.gauge.value;
    return sample;
  }
  sample.distribution.count = metric.histogram.sample_count;
  sample.distribution.sum = metric.histogram.sample_sum;
  for (const auto& bucket : metric.histogram.bucket) {
    if (std::isinf(bucket.upper_bound)) continue;  // the last one, which holds everything
    sample.distribution.buckets.push_back({bucket.upper_bound, bucket.cumulative_count});
  }
  return sample;
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

std::string Metrics::report(std::size_t max_bytes) const {
  return to_report(collect(), std::min(max_bytes, ReportBounds{}.bytes));
}

std::string Metrics::serialize() const {
  const prometheus::TextSerializer serializer;
  return static_cast<const prometheus::Serializer&>(serializer).Serialize(registry_->Collect());
}

Families Metrics::collect() const {
  Families families;
  for (const prometheus::MetricFamily& family : registry_->Collect()) {
    Family& one = families.emplace_back(Family{family.name, kind_of(family.type), family.help, {}});
    for (const prometheus::ClientMetric& metric : family.metric) one.samples.push_back(sample_of(metric, one.kind));
  }
  return families;
}

}  // namespace fanfare::runtime
