#include "broker/server/running_clock.hpp"

#include <gtest/gtest.h>

#include "tests/unit/broker/core_driver.hpp"

namespace fanfare::broker::server {
namespace {

using std::chrono::seconds;

TEST(RunningClock, GoesWithTheMachinesAsLongAsTurnsAreShort) {
  RunningClock clock(seconds(1));
  EXPECT_EQ(clock.at(seconds(100)), seconds(100));
  EXPECT_EQ(clock.at(seconds(101)), seconds(101));
  clock.will_wait(seconds(5));
  EXPECT_EQ(clock.at(seconds(107)), seconds(107));
}

TEST(RunningClock, StandsStillWithTheProcess) {
  RunningClock clock(seconds(1));
  EXPECT_EQ(clock.at(seconds(100)), seconds(100));
  EXPECT_EQ(clock.at(seconds(115)), seconds(101));
  EXPECT_EQ(clock.at(seconds(116)), seconds(102));
  clock.will_wait(seconds(2));
  EXPECT_EQ(clock.at(seconds(1'000)), seconds(105));
  EXPECT_EQ(clock.at(seconds(1'001)), seconds(106)) << "what was to be waited for counts once";
}

TEST(RunningClock, KeepsSessionsOverAStopLongerThanTheirLease) {
  core::CoreDriver driver;
  RunningClock clock(driver.settings().lease / 8);
  driver.now.steady = clock.at(seconds(100));
  driver.peer();
  driver.now.steady = clock.at(seconds(115));
  driver.core().tick(driver.now);
  EXPECT_EQ(driver.core().sessions(), 1U);
  for (int second = 116; second < 126; ++second) {
    driver.now.steady = clock.at(seconds(second));
    driver.core().tick(driver.now);
  }
  EXPECT_EQ(driver.core().sessions(), 0U) << "who stays silent then is dead";
}

}  // namespace
}  // namespace fanfare::broker::server
