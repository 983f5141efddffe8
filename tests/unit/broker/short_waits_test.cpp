#include "broker/server/short_waits.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace fanfare::broker::server {
namespace {

using namespace std::chrono_literals;

/// How many of the waits were expected to be short, after it has seen the same ones before.
int expected(ShortWaits& waits, std::initializer_list<std::chrono::microseconds> times) {
  for (int round = 0; round < 10; ++round) {
    for (const auto time : times) waits.ended(time);
  }
  int count = 0;
  for (const auto time : times) {
    if (waits.expected()) ++count;
    waits.ended(time);
  }
  return count;
}

TEST(ShortWaits, AreNotExpectedAtTheStartAndWhileNothingComes) {
  ShortWaits waits;
  EXPECT_FALSE(waits.expected());
  EXPECT_EQ(expected(waits, {1s, 400us, 201us}), 0);
}

TEST(ShortWaits, AreExpectedAfterOthers) {
  ShortWaits waits;
  EXPECT_EQ(expected(waits, {30us, 50us, 200us}), 3);
}

TEST(ShortWaits, AreExpectedInTurns) {
  ShortWaits waits;
  EXPECT_EQ(expected(waits, {400us, 30us}), 1);
}

TEST(ShortWaits, AreForgottenWhenTheCallerGoes) {
  ShortWaits waits;
  EXPECT_EQ(expected(waits, {30us}), 1);
  waits.ended(1s);
  EXPECT_FALSE(waits.expected());
}

TEST(ShortWaits, AreNotLookedForInAFlood) {
  ShortWaits waits;
  EXPECT_EQ(expected(waits, {30us}), 1);
  waits.came(256U << 10U);
  EXPECT_FALSE(waits.expected());
  for (int turn = 0; turn < 8; ++turn) waits.came(100);
  EXPECT_TRUE(waits.expected());
}

}  // namespace
}  // namespace fanfare::broker::server
