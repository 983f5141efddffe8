#include "broker/core/groups/group_state.hpp"

#include "group_driver.hpp"

namespace fanfare::broker::core::groups {
namespace {

using protocol::GroupOrder;

TEST(GroupState, FinishingMovesTheFloorOverWhatIsFinishedBehindIt) {
  GroupState state;
  GroupChanges changes;
  changes.finished = {2, 3};
  apply(state, changes);
  EXPECT_EQ(state.floor, 0U);
  EXPECT_EQ(state.finished.size(), 2U);
  changes.finished = {1};
  apply(state, changes);
  EXPECT_EQ(state.floor, 3U);
  EXPECT_TRUE(state.finished.empty());
}

TEST(GroupState, AnEpochTakesBackOnlyWhatItsHeadDoesNotCover) {
  GroupState state;
  state.floor = 5;
  state.finished.add(7, 12);
  state.failures = {{6, 1}, {13, 2}};
  state.returned = {{2, 20}, {11, 21}};
  EXPECT_EQ(begin_epoch(state, Uuid::version7(2, {}), 10), 2U);
  EXPECT_EQ(state.floor, 5U);
  EXPECT_EQ(state.finished.size(), 4U);
  EXPECT_EQ(state.failures, (std::map<std::uint64_t, std::uint32_t>{{6, 1}}));
  EXPECT_EQ(state.returned, (std::map<std::uint64_t, std::uint64_t>{{2, 20}}));
  EXPECT_TRUE(state.dead.contains(21));
  EXPECT_EQ(begin_epoch(state, Uuid::version7(3, {}), 3), 6U);
  EXPECT_EQ(state.floor, 3U);
  EXPECT_TRUE(state.finished.empty());
}

TEST(GroupState, TheFloorNeverPassesAnUnfinishedMessage) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.group.found(5, 1);
  EXPECT_EQ(driver.group.state().floor, 4U);
  driver.group.found(9, 1);
  driver.group.scanned_to(20);
  const auto hands = driver.pump();
  EXPECT_TRUE(driver.ack(hands.at(1)));
  EXPECT_EQ(driver.group.state().floor, 4U);
  EXPECT_TRUE(driver.ack(hands.at(0)));
  EXPECT_EQ(driver.group.state().floor, 20U);
  const auto changes = driver.group.take_changes();
  EXPECT_EQ(changes.floor, 20U);
  EXPECT_EQ(changes.finished, (std::vector<std::uint64_t>{9, 5}));
}

TEST(GroupState, AFloorAloneIsAChangeOnlyWhenItMoved) {
  GroupDriver driver(GroupOrder::any);
  EXPECT_TRUE(driver.group.take_changes().empty());
  driver.group.scanned_to(3);
  EXPECT_EQ(driver.group.take_changes().floor, 3U);
  driver.group.found(4, 1);
  EXPECT_TRUE(driver.group.take_changes().empty());
}

TEST(GroupState, WhatIsFinishedIsSkippedAfterARestart) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.find({1, 1, 1});
  const auto hands = driver.pump();
  EXPECT_TRUE(driver.ack(hands[1]));
  driver.restart();
  driver.join(2);
  EXPECT_EQ(driver.pump(), (Hands{{2, 1, 1}, {2, 3, 1}}));
  EXPECT_TRUE(driver.ack({2, 1, 1}));
  EXPECT_EQ(driver.group.state().floor, 2U);
}

}  // namespace
}  // namespace fanfare::broker::core::groups
