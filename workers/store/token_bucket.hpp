#pragma once
// Token buckets that several processes share, as two times in a row of the database: when the next token is there, and
// until when the other side wants nothing. Values and pure functions; any thread. Promise: in any span of time no more
// than capacity + per_second × span tokens are given, whatever happens to the clock; when it is set back, nobody waits
// longer than for one token. (The generic cell rate algorithm, ITU-T I.371, with the capacity as its tolerance.)

#include <chrono>
#include <cstdint>
#include <string>

#include "workers/common/time_point.hpp"

namespace fanfare::workers::store {

/// At most `capacity` at once, `per_second` on the average.
struct TokenBucket {
  std::string name;
  double capacity = 1;
  double per_second = 1;
};

struct BucketLevel {
  std::int64_t next_at = 0;              ///< microseconds since 1970: when there is a token
  common::TimePoint blocked_until = {};  ///< the other side said so

  bool operator==(const BucketLevel&) const = default;
};

/// From when on there is a token; not later than `now`: there is one.
[[nodiscard]] common::TimePoint ready_at(const TokenBucket& bucket, const BucketLevel& level, common::TimePoint now);

/// With a token less. Only when there is one.
[[nodiscard]] BucketLevel take_token(const TokenBucket& bucket, const BucketLevel& level, common::TimePoint now);

}  // namespace fanfare::workers::store
