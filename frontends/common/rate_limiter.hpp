#pragma once
// Token buckets by key: who asks more often than allowed waits, others don't notice. Bounded: when more keys than
// `max_keys` are known, those that have been quiet long enough to be full again are forgotten; if all are busy, a new
// key is refused. Not thread-safe: each owner keeps its own or locks.

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace fanfare::frontends::common {

class RateLimiter {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  struct Limits {
    double per_second = 1;
    double burst = 10;  ///< what may come at once
    std::size_t max_keys = 100'000;
  };

  explicit RateLimiter(const Limits& limits) : limits_(limits) {}

  /// Zero: go on. Otherwise how long to wait; a try that is refused costs nothing.
  [[nodiscard]] std::chrono::milliseconds take(const std::string& key, Instant now);

 private:
  struct Bucket {
    double tokens = 0;
    Instant filled;
  };

  void forget_full(Instant now);
  [[nodiscard]] double level(const Bucket& bucket, Instant now) const;

  Limits limits_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace fanfare::frontends::common
