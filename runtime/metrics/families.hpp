#pragma once
// The figures of a process at one moment, as values: what Metrics collects, what a report carries and what a scrape
// shows. Values; any thread.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace fanfare::runtime {

using Labels = std::map<std::string, std::string>;

enum class MetricKind : std::uint8_t { kCounter, kGauge, kHistogram };

/// What a histogram has seen; counters and gauges leave it empty.
struct Distribution {
  struct Bucket {
    double upper = 0;
    std::uint64_t count = 0;  ///< of observations up to `upper`, those of the buckets before it included
    bool operator==(const Bucket&) const = default;
  };

  std::vector<Bucket> buckets;  ///< by rising `upper`, without the last one, which holds everything
  std::uint64_t count = 0;
  double sum = 0;
  bool operator==(const Distribution&) const = default;
};

struct Sample {
  Labels labels;
  double value = 0;  ///< of a counter or gauge
  Distribution distribution = {};
  bool operator==(const Sample&) const = default;
};

/// All figures of one name; no two samples have the same labels.
struct Family {
  std::string name;
  MetricKind kind = MetricKind::kGauge;
  std::string help;
  std::vector<Sample> samples;
  bool operator==(const Family&) const = default;
};

using Families = std::vector<Family>;

}  // namespace fanfare::runtime
