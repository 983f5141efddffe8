#include "workers/store/token_bucket.hpp"

#include <algorithm>

namespace fanfare::workers::store {
namespace {

using std::chrono::microseconds;

/// Between two tokens.
std::int64_t interval_of(const TokenBucket& bucket) {
  constexpr double kSecond = 1e6;
  return static_cast<std::int64_t>(kSecond / bucket.per_second);
}

std::int64_t micros(common::TimePoint time) { return microseconds(time.time_since_epoch()).count(); }

/// A token that is further away than one interval was counted by a clock that has been set back since.
std::int64_t next_token(const TokenBucket& bucket, const BucketLevel& level, common::TimePoint now) {
  return std::min(level.next_at, micros(now) + interval_of(bucket));
}

}  // namespace

common::TimePoint ready_at(const TokenBucket& bucket, const BucketLevel& level, common::TimePoint now) {
  const common::TimePoint token(
      std::chrono::ceil<std::chrono::milliseconds>(microseconds(next_token(bucket, level, now))));
  return std::max(token, level.blocked_until);
}

BucketLevel take_token(const TokenBucket& bucket, const BucketLevel& level, common::TimePoint now) {
  const std::int64_t interval = interval_of(bucket);
  const auto saved = static_cast<std::int64_t>((bucket.capacity - 1) * static_cast<double>(interval));
  const std::int64_t next = std::max(next_token(bucket, level, now), micros(now) - saved);
  return {.next_at = next + interval, .blocked_until = level.blocked_until};
}

}  // namespace fanfare::workers::store
