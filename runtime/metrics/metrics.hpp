#pragma once
// The figures of one process. Owned by run_service() and lent to whoever counts.
// Registering happens at start; adding, setting and collecting may be done from any thread.
// Promise: every name begins with `fanfare_` and is in base units (seconds, bytes); counters end in `_total`.

#include <memory>
#include <string>
#include <vector>

#include "runtime/metrics/families.hpp"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace fanfare::runtime {

/// Lives as long as its Metrics.
class Counter {
 public:
  explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
  void add(double amount = 1);

 private:
  prometheus::Counter* counter_;
};

/// Lives as long as its Metrics.
class Gauge {
 public:
  explicit Gauge(prometheus::Gauge& gauge) : gauge_(&gauge) {}
  void set(double value);
  void add(double amount);

 private:
  prometheus::Gauge* gauge_;
};

/// Lives as long as its Metrics.
class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& histogram) : histogram_(&histogram) {}
  void observe(double value);

 private:
  prometheus::Histogram* histogram_;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// Asking again for the same name and labels gives the same figure. A name against the rules, or one that is already
  /// of another kind, is a mistake in the program and throws std::logic_error or std::invalid_argument.
  Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram histogram(const std::string& name, const std::string& help, std::vector<double> buckets,
                      const Labels& labels = {});

  /// The Prometheus text format, version 0.0.4, of this process alone.
  std::string serialize() const;

  /// All of them as they are now.
  [[nodiscard]] Families collect() const;
  /// collect() as the report that is published, of at most `max_bytes`.
  [[nodiscard]] std::string report(std::size_t max_bytes) const;

 private:
  std::unique_ptr<prometheus::Registry> registry_;
};

}  // namespace fanfare::runtime
