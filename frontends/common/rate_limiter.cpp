#include "frontends/common/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace fanfare::frontends::common {

double RateLimiter::level(const Bucket& bucket, Instant now) const {
  const std::chrono::duration<double> passed = now - bucket.filled;
  return std::min(limits_.burst, bucket.tokens + std::max(0.0, passed.count()) * limits_.per_second);
}

void RateLimiter::forget_full(Instant now) {
  std::erase_if(buckets_, [&](const auto& entry) { return level(entry.second, now) >= limits_.burst; });
}

std::chrono::milliseconds RateLimiter::take(const std::string& key, Instant now) {
  using std::chrono::milliseconds;
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    if (buckets_.size() >= limits_.max_keys) forget_full(now);
    if (buckets_.size() >= limits_.max_keys) return milliseconds(1000);
    found = buckets_.emplace(key, Bucket{limits_.burst, now}).first;
  }
  Bucket& bucket = found->second;
  bucket = {level(bucket, now), now};
  if (bucket.tokens < 1) return milliseconds(std::lround(std::ceil((1 - bucket.tokens) / limits_.per_second * 1000)));
  bucket.tokens -= 1;
  return milliseconds(0);
}

}  // namespace fanfare::frontends::common
