#include "group_driver.hpp"

namespace fanfare::broker::core::groups {
namespace {

using protocol::GroupOrder;
using std::chrono::seconds;

TEST(GroupFinish, HandsNothingMoreToWhoFinishes) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1, 2);
  driver.find({7, 7});
  const auto hands = driver.pump();
  ASSERT_EQ(hands.size(), 2U);
  driver.group.finish(1);
  ASSERT_TRUE(driver.ack(hands[0]));
  driver.find({7});
  EXPECT_FALSE(driver.group.next()) << "there is room, but it finishes";
  driver.group.resume(1);
  EXPECT_FALSE(driver.group.next()) << "room in its session changes nothing";
  EXPECT_FALSE(driver.group.wants_more());
  driver.join(2);
  EXPECT_EQ(driver.pump(), (Hands{{2, 3, 1}}));
}

TEST(GroupFinish, HasNothingOnceAllIsSettled) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.find({7, 7, 7});
  const auto hands = driver.pump();
  driver.group.finish(1);
  ASSERT_TRUE(driver.ack(hands[1]));
  ASSERT_TRUE(driver.fail(hands[0]));
  EXPECT_TRUE(driver.group.has_any(1));
  ASSERT_TRUE(driver.defer(hands[2], seconds(1)));
  EXPECT_FALSE(driver.group.has_any(1));
  driver.group.leave(1, driver.now());
  EXPECT_TRUE(driver.revoked(1).empty());
  driver.pass(seconds(1));
  EXPECT_FALSE(driver.group.next()) << "nobody is there";
}

TEST(GroupFinish, KeepsATopicUntilNoneOfItIsOut) {
  GroupDriver driver(GroupOrder::key);
  driver.join(1);
  driver.find({7, 7});
  const auto hands = driver.pump();
  ASSERT_EQ(hands, (Hands{{1, 1, 1}, {1, 2, 1}}));
  driver.join(2);
  driver.group.finish(1);
  driver.find({7, 8});
  EXPECT_EQ(driver.pump(), (Hands{{2, 4, 1}})) << "the third waits for those before it";
  ASSERT_TRUE(driver.ack(hands[0]));
  EXPECT_FALSE(driver.group.next());
  ASSERT_TRUE(driver.ack(hands[1]));
  EXPECT_FALSE(driver.group.has_any(1));
  EXPECT_EQ(driver.pump(), (Hands{{2, 3, 1}})) << "its first attempt";
}

TEST(GroupFinish, TheActiveMemberStaysItUntilItIsDone) {
  GroupDriver driver(GroupOrder::exclusive);
  driver.join(5);
  driver.join(9);
  driver.group.elected(1, driver.now());
  driver.find({7, 8});
  const auto hands = driver.pump();
  ASSERT_EQ(hands.size(), 2U);
  driver.group.finish(5);
  driver.find({7});
  EXPECT_FALSE(driver.group.next());
  EXPECT_EQ(driver.group.state().term, 1U);
  ASSERT_TRUE(driver.ack(hands[0]));
  ASSERT_TRUE(driver.ack(hands[1]));
  ASSERT_FALSE(driver.group.has_any(5));
  driver.group.leave(5, driver.now());
  EXPECT_EQ(driver.group.state().term, 2U);
  driver.group.elected(2, driver.now());
  EXPECT_EQ(driver.pump(), (Hands{{9, 3, 1}}));
}

TEST(GroupFinish, NobodyWhoFinishesIsElected) {
  GroupDriver driver(GroupOrder::exclusive);
  for (const MemberId each : {5U, 9U, 2U}) driver.join(each);
  driver.group.finish(9);
  driver.group.lost(5, driver.now());
  driver.roles();
  driver.group.elected(2, driver.now());
  ASSERT_EQ(driver.group.state().term, 2U);
  EXPECT_EQ(driver.roles().at(0).member, 2U);
  driver.group.finish(2);
  driver.group.leave(2, driver.now());
  EXPECT_EQ(driver.group.state().term, 2U) << "only one that finishes is left";
  driver.group.leave(9, driver.now());
  driver.join(11);
  EXPECT_EQ(driver.group.state().term, 3U);
}

}  // namespace
}  // namespace fanfare::broker::core::groups
