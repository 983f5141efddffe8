#include "group_driver.hpp"

namespace fanfare::broker::core::groups {
namespace {

using protocol::GroupOrder;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(GroupLetters, AMessageIsCondemnedAtItsLastFailureAndNobodyGetsIt) {
  GroupDriver driver(GroupOrder::any, 3);
  driver.join(1);
  driver.find({4});
  driver.condemn(1);
  const auto condemned = driver.condemned();
  ASSERT_EQ(condemned.size(), 1U);
  EXPECT_EQ(condemned[0].sequence, 1U);
  EXPECT_EQ(condemned[0].topic, 4U);
  EXPECT_EQ(condemned[0].failures, 3U);
  EXPECT_EQ(condemned[0].reason, "broken");
  EXPECT_EQ(driver.group.pending(), 1U);
  EXPECT_EQ(driver.group.state().floor, 0U);
  driver.group.buried(1, 17);
  EXPECT_EQ(driver.group.pending(), 0U);
  EXPECT_EQ(driver.group.state().floor, 1U);
  const auto changes = driver.group.take_changes();
  EXPECT_EQ(changes.dead, (std::vector<std::uint64_t>{17}));
  EXPECT_EQ(changes.finished, (std::vector<std::uint64_t>{1}));
  EXPECT_TRUE(changes.failures.empty());
}

TEST(GroupLetters, WhatWasNotBuriedBeforeARestartIsCondemnedAgain) {
  for (const auto order : {GroupOrder::any, GroupOrder::key, GroupOrder::exclusive}) {
    GroupDriver driver(order, 2);
    driver.join(1);
    driver.group.elected(1, driver.now());
    driver.find({4, 4});
    driver.condemn(1);
    ASSERT_EQ(driver.condemned().size(), 1U);
    driver.restart();
    driver.join(2);
    driver.group.elected(2, driver.now());
    const auto condemned = driver.condemned();
    ASSERT_EQ(condemned.size(), 1U);
    EXPECT_EQ(condemned[0].failures, 2U);
    EXPECT_EQ(driver.pump().size(), 1U);
  }
}

TEST(GroupLetters, AttemptsGoOnBehindTheFailuresAfterARestart) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.find({4, 4});
  const auto hands = driver.pump();
  ASSERT_TRUE(driver.fail(hands[0], milliseconds(0)));
  ASSERT_TRUE(driver.defer(hands[1], milliseconds(0)));
  driver.restart();
  driver.join(2);
  EXPECT_EQ(driver.pump(), (Hands{{2, 1, 2}, {2, 2, 1}}));
}

TEST(GroupLetters, AGivenBackOneIsHandledOnceMoreAndLeavesTheFloorAlone) {
  GroupDriver driver(GroupOrder::any, 1);
  driver.join(1);
  driver.find({4, 4});
  driver.condemn(1);
  ASSERT_TRUE(driver.ack({1, 2, 1}));
  driver.group.buried(1, 17);
  EXPECT_TRUE(driver.group.give_back(17, 1, 4));
  EXPECT_FALSE(driver.group.give_back(17, 1, 4)) << "it is open no more";
  EXPECT_EQ(driver.group.state().floor, 2U);
  EXPECT_EQ(driver.group.state().returned, (std::map<std::uint64_t, std::uint64_t>{{1, 17}}));
  driver.restart();
  driver.join(2);
  EXPECT_FALSE(driver.group.next());
  driver.group.known(1, 4);
  driver.group.known(1, 4);
  EXPECT_EQ(driver.group.next()->dead, 17U);
  EXPECT_EQ(driver.pump(), (Hands{{2, 1, 1}}));
  EXPECT_TRUE(driver.ack({2, 1, 1}));
  EXPECT_EQ(driver.group.take_changes().finished, (std::vector<std::uint64_t>{1}));
  EXPECT_TRUE(driver.group.state().returned.empty());
  EXPECT_EQ(driver.group.state().floor, 2U);
}

TEST(GroupLetters, AGivenBackOneMayDieAgainInTheSameBreath) {
  GroupDriver driver(GroupOrder::key, 1);
  driver.join(1);
  driver.find({4});
  GroupState kept = driver.group.state();
  driver.condemn(1);
  driver.group.buried(1, 17);
  EXPECT_TRUE(driver.group.give_back(17, 1, 4));
  driver.condemn(1);
  driver.group.buried(1, 18);
  apply(kept, driver.group.take_changes());
  EXPECT_EQ(kept, driver.group.state());
  EXPECT_TRUE(kept.dead.contains(18));
  EXPECT_FALSE(kept.dead.contains(17));
  EXPECT_TRUE(driver.group.give_back(18, 1, 4));
  apply(kept, driver.group.take_changes());
  EXPECT_EQ(kept, driver.group.state());
}

TEST(GroupLetters, ManyGivenBackGoInTheOrderOfTheirSequences) {
  GroupDriver driver(GroupOrder::exclusive, 1);
  driver.join(1);
  driver.group.elected(1, driver.now());
  driver.find({1, 2, 3, 4});
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) {
    driver.condemn(sequence);
    driver.group.buried(sequence, 10 + sequence);
  }
  for (const auto sequence : {2U, 3U, 1U, 4U}) EXPECT_TRUE(driver.group.give_back(10 + sequence, sequence, sequence));
  driver.find({5});
  EXPECT_EQ(driver.pump(), (Hands{{1, 1, 1}, {1, 2, 1}, {1, 3, 1}, {1, 4, 1}, {1, 5, 1}}));
}

TEST(GroupLetters, GivingBackWhatIsOnItsWayAnywayOnlyClosesTheLetter) {
  GroupState state;
  state.settings.pattern = ">";
  state.dead.add(17);
  state.dead.add(18);
  Group group(state);  // as after a reset
  group.join(1, 10, {});
  group.found(1, 4);
  EXPECT_TRUE(group.give_back(17, 1, 4));
  EXPECT_TRUE(group.give_back(18, 2, 4));
  EXPECT_TRUE(group.state().returned.empty());
  EXPECT_TRUE(group.state().dead.empty());
  EXPECT_EQ(group.take_changes().dropped, (std::vector<std::uint64_t>{17, 18}));
  EXPECT_EQ(group.pending(), 1U);
}

TEST(GroupLetters, ALetterThatIsGivenBackIsNotToldAsDropped) {
  GroupState state;
  state.settings.pattern = ">";
  state.floor = 1;
  state.dead.add(17);
  Group group(state);
  EXPECT_TRUE(group.give_back(17, 1, 4));
  const auto changes = group.take_changes();
  EXPECT_TRUE(changes.dropped.empty());
  EXPECT_EQ(changes.returned.size(), 1U);
}

TEST(GroupLetters, AMessageIsGivenBackOnceEvenIfItHasTwoLetters) {
  GroupState state;
  state.settings.pattern = ">";
  state.floor = 1;
  state.returned[1] = 17;
  state.dead.add(18);
  Group group(state);
  EXPECT_TRUE(group.give_back(18, 1, 4));
  EXPECT_EQ(group.state().returned.at(1), 17U);
  EXPECT_EQ(group.pending(), 0U) << "not before it is known";
  group.known(1, 4);
  EXPECT_EQ(group.pending(), 1U);
}

TEST(GroupLetters, OneThatIsGoneDoesNotLeadTheNextAstray) {
  GroupDriver driver(GroupOrder::key, 1);
  driver.join(1);
  driver.find({4, 4, 4});
  for (const std::uint64_t sequence : {1U, 2U}) {
    driver.condemn(sequence);
    driver.group.buried(sequence, 10 + sequence);
  }
  EXPECT_TRUE(driver.group.give_back(11, 1, 4));
  EXPECT_TRUE(driver.group.gone(1));
  EXPECT_TRUE(driver.group.give_back(12, 2, 4));
  driver.find({4});
  EXPECT_EQ(driver.pump(), (Hands{{1, 2, 1}, {1, 4, 1}}));
}

TEST(GroupLetters, RetentionAndDroppingCloseThem) {
  GroupState state;
  for (std::uint64_t letter = 1; letter <= 9; ++letter) state.dead.add(letter);
  Group group(state);
  group.dead_trimmed(4);
  EXPECT_FALSE(group.drop_dead(3));
  EXPECT_TRUE(group.drop_dead(5));
  EXPECT_FALSE(group.drop_dead(5));
  apply(state, group.take_changes());
  EXPECT_EQ(state, group.state());
  EXPECT_EQ(state.dead.size(), 5U);
}

}  // namespace
}  // namespace fanfare::broker::core::groups
