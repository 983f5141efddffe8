#include "workers/notify/flood_watch.hpp"

#include <gtest/gtest.h>

namespace fanfare::workers::notify {
namespace {

using namespace std::chrono_literals;

constexpr FloodWatch::TimePoint kStart{1h};

TEST(FloodWatchTest, SeveralAddressesWithinAMinuteAreAboutUs) {
  FloodWatch watch;
  EXPECT_FALSE(watch.note("a", kStart));
  EXPECT_FALSE(watch.note("b", kStart + 10s));
  EXPECT_TRUE(watch.note("c", kStart + 20s));
  EXPECT_FALSE(watch.note("d", kStart + 21s));
}

TEST(FloodWatchTest, OneAddressAgainAndAgainIsAboutThatAddress) {
  FloodWatch watch;
  for (int time = 0; time < 10; ++time) EXPECT_FALSE(watch.note("a", kStart + time * 1s));
}

TEST(FloodWatchTest, WhatWasLongAgoDoesNotCount) {
  FloodWatch watch;
  for (int time = 0; time < 10; ++time) {
    EXPECT_FALSE(watch.note("a" + std::to_string(time), kStart + time * 31s));
  }
}

}  // namespace
}  // namespace fanfare::workers::notify
