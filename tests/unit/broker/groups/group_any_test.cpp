#include "group_driver.hpp"

namespace fanfare::broker::core::groups {
namespace {

using protocol::GroupOrder;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(GroupAny, GivesEachMessageToTheMemberWithTheFewestUnfinished) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.join(2);
  driver.find({1, 1, 1, 1});
  const auto first = driver.pump();
  EXPECT_EQ(first, (Hands{{1, 1, 1}, {2, 2, 1}, {1, 3, 1}, {2, 4, 1}}));
  EXPECT_TRUE(driver.ack(first[1]));
  EXPECT_TRUE(driver.ack(first[3]));
  driver.find({1, 1, 1});
  EXPECT_EQ(driver.pump(), (Hands{{2, 5, 1}, {2, 6, 1}, {1, 7, 1}}));  // the last: both have two, 1 has waited longer
}

TEST(GroupAny, GivesNobodyMoreThanItTakes) {
  GroupDriver driver(GroupOrder::any);
  EXPECT_FALSE(driver.group.wants_more());
  driver.join(1, 2);
  EXPECT_TRUE(driver.group.wants_more());
  driver.find({1, 1, 1});
  EXPECT_FALSE(driver.group.wants_more());
  const auto hands = driver.pump();
  ASSERT_EQ(hands.size(), 2U);
  EXPECT_TRUE(driver.ack(hands[0]));
  EXPECT_EQ(driver.pump(), (Hands{{1, 3, 1}}));
}

TEST(GroupAny, GivesAPausedMemberNothing) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.group.pause(1);
  driver.find({1});
  EXPECT_FALSE(driver.group.wants_more());
  EXPECT_FALSE(driver.group.next());
  driver.group.resume(1);
  EXPECT_EQ(driver.pump(), (Hands{{1, 1, 1}}));
}

TEST(GroupAny, TakesOnlyTheFailedMessageBack) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.find({1, 1, 1});
  const auto hands = driver.pump();
  EXPECT_TRUE(driver.fail(hands[0]));
  EXPECT_TRUE(driver.revoked(1).empty());
  EXPECT_EQ(driver.group.in_flight(), 2U);
  EXPECT_EQ(driver.group.delayed(), 1U);
  EXPECT_EQ(driver.group.state().failures.at(1), 1U);
}

TEST(GroupAny, WaitsLongerAfterEachFailure) {
  GroupDriver driver(GroupOrder::any, 10);
  driver.join(1);
  driver.find({1});
  for (const auto wait : {seconds(1), seconds(5), seconds(30), seconds(120), seconds(120)}) {
    const auto hands = driver.pump();
    ASSERT_EQ(hands.size(), 1U);
    ASSERT_TRUE(driver.fail(hands[0]));
    EXPECT_EQ(driver.group.next_deadline(), driver.time + wait);
    driver.pass(wait - milliseconds(1));
    EXPECT_FALSE(driver.group.next());
    driver.pass(milliseconds(1));
  }
  const auto hands = driver.pump();
  EXPECT_EQ(hands, (Hands{{1, 1, 6}}));
  EXPECT_TRUE(driver.fail(hands[0], milliseconds(7)));
  EXPECT_EQ(driver.group.next_deadline(), driver.time + milliseconds(7));
}

TEST(GroupAny, DefersWithoutCounting) {
  GroupDriver driver(GroupOrder::any, 1);
  driver.join(1);
  driver.find({1});
  for (std::uint16_t attempt = 1; attempt <= 20; ++attempt) {
    const auto hands = driver.pump();
    ASSERT_EQ(hands, (Hands{{1, 1, attempt}}));
    ASSERT_TRUE(driver.defer(hands[0], milliseconds(10)));
    driver.pass(milliseconds(10));
  }
  EXPECT_TRUE(driver.group.state().failures.empty());
}

TEST(GroupAny, CallsAnOlderAttemptStale) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.find({1});
  const auto first = driver.pump().at(0);
  ASSERT_TRUE(driver.fail(first, milliseconds(0)));
  const auto second = driver.pump().at(0);
  EXPECT_FALSE(driver.ack(first));
  EXPECT_FALSE(driver.fail(first));
  EXPECT_FALSE(driver.progress(first));
  EXPECT_FALSE(driver.ack_through(first));
  EXPECT_FALSE(driver.group.ack(2, driver.epoch, GroupDriver::delivered(second), driver.now()));
  EXPECT_FALSE(driver.group.ack(1, Uuid::version7(2, {}), GroupDriver::delivered(second), driver.now()));
  EXPECT_TRUE(driver.ack(second));
  EXPECT_FALSE(driver.ack(second));
}

TEST(GroupAny, AcknowledgesAllThatThisMemberHasUpToOne) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.join(2);
  driver.find({1, 1, 1, 1, 1, 1});
  const auto hands = driver.pump();
  EXPECT_TRUE(driver.ack_through(hands.at(2)));  // 1 has 1, 3 and 5
  EXPECT_EQ(driver.group.in_flight(), 4U);
  EXPECT_EQ(driver.group.state().floor, 1U);
  EXPECT_TRUE(driver.group.state().finished.contains(3));
}

TEST(GroupAny, AttemptsWrapToOne) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.find({1});
  for (std::uint32_t attempt = 1; attempt <= 65'535; ++attempt) {
    const auto hands = driver.pump();
    ASSERT_EQ(hands.at(0).attempt, attempt);
    ASSERT_TRUE(driver.defer(hands[0], milliseconds(0)));
  }
  EXPECT_EQ(driver.pump().at(0).attempt, 1U);
}

TEST(GroupAny, GivesWhatALeavingMemberHadToOthersAndCountsNothing) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.find({1, 1});
  ASSERT_EQ(driver.pump().size(), 2U);
  driver.join(2);
  driver.group.leave(1, driver.now());
  EXPECT_TRUE(driver.revoked(1).empty());
  EXPECT_TRUE(driver.group.state().failures.empty());
  EXPECT_EQ(driver.pump(), (Hands{{2, 1, 2}, {2, 2, 2}}));
}

TEST(GroupAny, CountsWhatALostMemberWasHandlingAndNothingElse) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.find({1, 1, 1});
  const auto hands = driver.pump();
  ASSERT_TRUE(driver.progress(hands[2]));
  driver.join(2);
  driver.group.lost(1, driver.now());
  EXPECT_EQ(driver.group.state().failures, (std::map<std::uint64_t, std::uint32_t>{{1, 1}, {3, 1}}));
  EXPECT_EQ(driver.pump(), (Hands{{2, 2, 2}}));
  driver.pass(seconds(1));
  EXPECT_EQ(driver.pump(), (Hands{{2, 1, 2}, {2, 3, 2}}));
}

TEST(GroupAny, ReadsNoFurtherWhenItKnowsOfEnough) {
  GroupState state;
  state.settings.pattern = ">";
  state.settings.max_pending = 3;
  Group group(state);
  group.join(1, 100, {});
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
    EXPECT_TRUE(group.wants_more());
    group.found(sequence, 1);
  }
  EXPECT_TRUE(group.full());
  EXPECT_FALSE(group.wants_more());
  EXPECT_TRUE(group.gone(2));
  EXPECT_FALSE(group.gone(2));
  EXPECT_FALSE(group.full());
}

}  // namespace
}  // namespace fanfare::broker::core::groups
