#include "workers/store/token_bucket.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

namespace fanfare::workers::store {
namespace {

using namespace std::chrono_literals;

constexpr common::TimePoint kStart{1'790'000'000'000ms};

TEST(TokenBucketTest, GivesItsCapacityAtOnceAndThenOneAnInterval) {
  const TokenBucket bucket{"all", 3, 10};
  BucketLevel level;
  for (int token = 0; token < 3; ++token) {
    EXPECT_LE(ready_at(bucket, level, kStart), kStart);
    level = take_token(bucket, level, kStart);
  }
  EXPECT_EQ(ready_at(bucket, level, kStart), kStart + 100ms);
  level = take_token(bucket, level, kStart + 100ms);
  EXPECT_EQ(ready_at(bucket, level, kStart + 100ms), kStart + 200ms);
}

TEST(TokenBucketTest, ABlockIsWaitedFor) {
  const TokenBucket bucket{"all", 3, 10};
  EXPECT_EQ(ready_at(bucket, {.blocked_until = kStart + 5s}, kStart), kStart + 5s);
}

TEST(TokenBucketTest, AClockThatWasSetBackCostsOneInterval) {
  const TokenBucket bucket{"all", 1, 2};
  const BucketLevel level = take_token(bucket, {}, kStart);
  EXPECT_EQ(ready_at(bucket, level, kStart - 1h), kStart - 1h + 500ms);
}

TEST(TokenBucketTest, AClockThatWasSetForwardGivesNoMoreThanTheCapacity) {
  const TokenBucket bucket{"all", 5, 10};
  BucketLevel level = take_token(bucket, {}, kStart);
  int tokens = 0;
  while (ready_at(bucket, level, kStart + 10h) <= kStart + 10h) {
    level = take_token(bucket, level, kStart + 10h);
    ++tokens;
  }
  EXPECT_EQ(tokens, 5);
}

TEST(TokenBucketTest, InAnySpanNoMoreThanCapacityAndRateAreGiven) {
  const auto seed = std::random_device{}();
  RecordProperty("seed", std::to_string(seed));
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const TokenBucket bucket{"all", 4, 25};
  BucketLevel level;
  std::vector<common::TimePoint> given;
  common::TimePoint now = kStart;
  for (int turn = 0; turn < 3'000; ++turn) {
    now += std::chrono::milliseconds(random() % 60);
    if (ready_at(bucket, level, now) > now) continue;
    level = take_token(bucket, level, now);
    given.push_back(now);
  }
  for (std::size_t first = 0; first < given.size(); ++first) {
    for (std::size_t last = first; last < std::min(given.size(), first + 100); ++last) {
      const double seconds = std::chrono::duration<double>(given[last] - given[first]).count();
      ASSERT_LE(static_cast<double>(last - first + 1), bucket.capacity + bucket.per_second * seconds + 0.05);
    }
  }
}

}  // namespace
}  // namespace fanfare::workers::store
