#include "tests/bench/load/operations/outcome_checker.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace fanfare::load {
namespace {

using namespace std::chrono_literals;

const OutcomeChecker::Time kNow{1s};

void start(OutcomeChecker& checker, int count) {
  for (int i = 0; i < count; ++i) checker.start(kNow + std::chrono::milliseconds(i));
}

bool finish(OutcomeChecker& checker, Run run) {
  return checker.finish(run, [](auto) {});
}

TEST(OutcomeChecker, EachOperationIsDoneOnceInWhateverOrder) {
  OutcomeChecker checker(4);
  start(checker, 4);
  EXPECT_TRUE(finish(checker, {.first = 3}));
  EXPECT_TRUE(finish(checker, {.first = 0, .count = 3}));
  EXPECT_EQ(checker.under_way(), 0);
  EXPECT_EQ(checker.started(), 4);
}

TEST(OutcomeChecker, ASecondOutcomeIsNone) {
  OutcomeChecker checker(4);
  start(checker, 2);
  EXPECT_TRUE(finish(checker, {.first = 1}));
  EXPECT_FALSE(finish(checker, {.first = 1}));
}

TEST(OutcomeChecker, WhatWasNotStartedHasNoOutcome) {
  OutcomeChecker checker(4);
  EXPECT_FALSE(finish(checker, {.first = 0}));
  start(checker, 2);
  EXPECT_FALSE(finish(checker, {.first = 1, .count = 2}));
}

TEST(OutcomeChecker, TheOutcomeOfAnOperationLongAgoIsNotTakenForOneThatHasItsPlace) {
  OutcomeChecker checker(1);  // four places
  for (std::uint64_t number = 0; number < 4; ++number) {
    start(checker, 1);
    EXPECT_TRUE(finish(checker, {.first = number}));
  }
  start(checker, 1);
  EXPECT_FALSE(finish(checker, {.first = 0}));
  EXPECT_TRUE(finish(checker, {.first = 4}));
}

TEST(OutcomeChecker, NoMoreThanAskedForAreUnderWay) {
  OutcomeChecker checker(2);
  start(checker, 2);
  EXPECT_FALSE(checker.has_room());
  EXPECT_TRUE(finish(checker, {.first = 1}));
  EXPECT_TRUE(checker.has_room());
}

TEST(OutcomeChecker, NothingStartsWhileAnOldOperationHoldsItsPlace) {
  OutcomeChecker checker(2);  // eight places
  start(checker, 1);
  for (std::uint64_t number = 1; number < 8; ++number) {
    ASSERT_TRUE(checker.has_room());
    start(checker, 1);
    EXPECT_TRUE(finish(checker, {.first = number}));
  }
  EXPECT_FALSE(checker.has_room());
  EXPECT_TRUE(finish(checker, {.first = 0}));
  EXPECT_TRUE(checker.has_room());
}

TEST(OutcomeChecker, EachOutcomeTellsWhenItsOperationWasStarted) {
  OutcomeChecker checker(4);
  start(checker, 3);
  std::vector<OutcomeChecker::Time> since;
  EXPECT_TRUE(checker.finish({.first = 1, .count = 2}, [&](auto time) { since.push_back(time); }));
  EXPECT_EQ(since, (std::vector{kNow + 1ms, kNow + 2ms}));
}

}  // namespace
}  // namespace fanfare::load
