#include "workers/common/attempts.hpp"

#include <gtest/gtest.h>

namespace fanfare::workers::common {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr TimePoint kStart{milliseconds(1'790'000'000'000)};

bool admit_times(Attempts& attempts, const std::string& name, int times, TimePoint now) {
  bool admitted = false;
  for (int i = 0; i < times; ++i) admitted = attempts.admit(name, now);
  return admitted;
}

TEST(Attempts, AreTenInFiveMinutes) {
  Attempts attempts({});
  EXPECT_TRUE(admit_times(attempts, "paul", 10, kStart));
  EXPECT_FALSE(attempts.admit("paul", kStart));
  EXPECT_FALSE(attempts.admit("paul", kStart + minutes(5) - milliseconds(1)));
  EXPECT_TRUE(attempts.admit("paul", kStart + minutes(5)));
}

TEST(Attempts, OfOneNameDoNotCountForAnother) {
  Attempts attempts({});
  EXPECT_FALSE(admit_times(attempts, "paul", 11, kStart));
  EXPECT_TRUE(attempts.admit("anna", kStart));
}

TEST(Attempts, BeginAnewAfterTheRightPassword) {
  Attempts attempts({});
  EXPECT_TRUE(admit_times(attempts, "paul", 10, kStart));
  attempts.forget("paul");
  EXPECT_TRUE(admit_times(attempts, "paul", 10, kStart));
}

TEST(Attempts, ForgetTheOldestOfTooManyNames) {
  Attempts attempts({.tries = 1, .names = 2});
  EXPECT_TRUE(attempts.admit("a", kStart));
  EXPECT_TRUE(attempts.admit("b", kStart));
  EXPECT_TRUE(attempts.admit("c", kStart));
  EXPECT_FALSE(attempts.admit("c", kStart));
  EXPECT_FALSE(attempts.admit("b", kStart));
  EXPECT_TRUE(attempts.admit("a", kStart));
}

TEST(Attempts, KeepToTheirBoundWhenNamesBeginAnew) {
  Attempts attempts({.tries = 1, .names = 2});
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(attempts.admit("a", kStart));
    attempts.forget("a");
  }
  EXPECT_TRUE(attempts.admit("b", kStart));
  EXPECT_FALSE(attempts.admit("b", kStart));
}

}  // namespace
}  // namespace fanfare::workers::common
