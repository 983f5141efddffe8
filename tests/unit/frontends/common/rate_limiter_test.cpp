#include "frontends/common/rate_limiter.hpp"

#include <gtest/gtest.h>

namespace fanfare::frontends::common {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kNoWait{0};
const RateLimiter::Instant kStart{};

TEST(RateLimiter, BurstPassesThenTheRateHolds) {
  RateLimiter limiter({.per_second = 2, .burst = 3});
  for (int time = 0; time < 3; ++time) EXPECT_EQ(limiter.take("a", kStart), kNoWait);
  EXPECT_EQ(limiter.take("a", kStart), milliseconds(500));
  EXPECT_EQ(limiter.take("a", kStart + milliseconds(400)), milliseconds(100));
  EXPECT_EQ(limiter.take("a", kStart + milliseconds(500)), kNoWait);
  EXPECT_EQ(limiter.take("a", kStart + milliseconds(500)), milliseconds(500));
}

TEST(RateLimiter, KeysDontTouchEachOther) {
  RateLimiter limiter({.per_second = 1, .burst = 1});
  EXPECT_EQ(limiter.take("a", kStart), kNoWait);
  EXPECT_EQ(limiter.take("b", kStart), kNoWait);
  EXPECT_NE(limiter.take("a", kStart), kNoWait);
}

TEST(RateLimiter, FullTableForgetsTheQuietAndRefusesWhenNoneIs) {
  RateLimiter limiter({.per_second = 1, .burst = 1, .max_keys = 2});
  EXPECT_EQ(limiter.take("a", kStart), kNoWait);
  EXPECT_EQ(limiter.take("b", kStart), kNoWait);
  EXPECT_NE(limiter.take("c", kStart), kNoWait);
  EXPECT_EQ(limiter.take("c", kStart + seconds(1)), kNoWait);
}

TEST(RateLimiter, ClockThatGoesBackGivesNothing) {
  RateLimiter limiter({.per_second = 1, .burst = 1});
  EXPECT_EQ(limiter.take("a", kStart + seconds(10)), kNoWait);
  EXPECT_EQ(limiter.take("a", kStart), seconds(1));
}

}  // namespace
}  // namespace fanfare::frontends::common
