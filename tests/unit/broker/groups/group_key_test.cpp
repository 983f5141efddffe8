#include "group_driver.hpp"

namespace fanfare::broker::core::groups {
namespace {

using protocol::GroupOrder;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(GroupKey, KeepsATopicAtOneMemberWhileAnythingIsOut) {
  GroupDriver driver(GroupOrder::key);
  driver.join(1);
  driver.join(2);
  driver.find({7, 7, 8, 7});
  EXPECT_EQ(driver.pump(), (Hands{{1, 1, 1}, {1, 2, 1}, {2, 3, 1}, {1, 4, 1}}));
}

TEST(GroupKey, MovesATopicWhenNothingOfItIsOut) {
  GroupDriver driver(GroupOrder::key);
  driver.join(1);
  driver.find({7, 7});
  const auto hands = driver.pump();
  driver.join(2);
  EXPECT_TRUE(driver.ack(hands[0]));
  driver.find({7});
  EXPECT_EQ(driver.pump(), (Hands{{1, 3, 1}}));
  EXPECT_TRUE(driver.ack(hands[1]));
  EXPECT_TRUE(driver.ack({1, 3, 1}));
  driver.find({8, 7});
  EXPECT_EQ(driver.pump(), (Hands{{2, 4, 1}, {1, 5, 1}}));
}

TEST(GroupKey, AFullOwnerStopsOnlyItsTopics) {
  GroupDriver driver(GroupOrder::key);
  driver.join(1, 1);
  driver.join(2, 5);
  driver.find({7, 7, 8, 9});
  EXPECT_EQ(driver.pump(), (Hands{{1, 1, 1}, {2, 3, 1}, {2, 4, 1}}));
  EXPECT_TRUE(driver.group.wants_more()) << "it reads past what waits for its owner";
  EXPECT_TRUE(driver.ack({1, 1, 1}));
  EXPECT_EQ(driver.pump(), (Hands{{1, 2, 1}}));
}

TEST(GroupKey, TakesBackWhatIsOutBehindTheFailedOne) {
  GroupDriver driver(GroupOrder::key);
  driver.join(1);
  driver.find({7, 7, 8, 7, 7});
  const auto hands = driver.pump();
  ASSERT_TRUE(driver.fail(hands[1]));
  EXPECT_EQ(driver.revoked(1), (std::vector<std::uint64_t>{4, 5}));
  EXPECT_EQ(driver.group.in_flight(), 2U);
  EXPECT_FALSE(driver.ack(hands[3])) << "it was taken back";
  EXPECT_FALSE(driver.group.next());
  driver.join(2);
  EXPECT_TRUE(driver.ack(hands[0]));
  driver.pass(seconds(1));
  EXPECT_EQ(driver.pump(), (Hands{{2, 2, 2}, {2, 4, 2}, {2, 5, 2}})) << "from it on, wherever there is room";
  EXPECT_EQ(driver.group.state().failures, (std::map<std::uint64_t, std::uint32_t>{{2, 1}}));
}

TEST(GroupKey, ADeferredMessageHoldsItsTopic) {
  GroupDriver driver(GroupOrder::key);
  driver.join(1);
  driver.find({7, 7, 8});
  const auto hands = driver.pump();
  ASSERT_TRUE(driver.defer(hands[0], milliseconds(50)));
  EXPECT_EQ(driver.revoked(1), (std::vector<std::uint64_t>{2}));
  driver.find({7, 8});
  EXPECT_EQ(driver.pump(), (Hands{{1, 5, 1}}));
  driver.pass(milliseconds(50));
  EXPECT_EQ(driver.pump(), (Hands{{1, 1, 2}, {1, 2, 2}, {1, 4, 1}}));
}

TEST(GroupKey, GoesOnBehindACondemnedMessageAtOnce) {
  GroupDriver driver(GroupOrder::key, 1);
  driver.join(1);
  driver.find({7, 7});
  const auto hands = driver.pump();
  ASSERT_TRUE(driver.fail(hands[0]));
  EXPECT_EQ(driver.condemned().size(), 1U);
  EXPECT_EQ(driver.revoked(1), (std::vector<std::uint64_t>{2}));
  EXPECT_EQ(driver.pump(), (Hands{{1, 2, 2}}));
  EXPECT_TRUE(driver.ack({1, 2, 2}));
  EXPECT_EQ(driver.group.state().floor, 0U) << "it is unfinished until it is buried";
}

TEST(GroupKey, ALostMembersTopicsGoElsewhereInTheirOrder) {
  GroupDriver driver(GroupOrder::key);
  driver.join(1);
  driver.find({7, 8, 7, 8});
  ASSERT_EQ(driver.pump().size(), 4U);
  driver.join(2);
  driver.group.lost(1, driver.now());
  EXPECT_EQ(driver.group.state().failures, (std::map<std::uint64_t, std::uint32_t>{{1, 1}}));
  EXPECT_EQ(driver.pump(), (Hands{{2, 2, 2}, {2, 4, 2}}));
  driver.pass(seconds(1));
  EXPECT_EQ(driver.pump(), (Hands{{2, 1, 2}, {2, 3, 2}}));
}

TEST(GroupKey, AGivenBackMessageGoesInFrontOfWhatIsNotOut) {
  GroupDriver driver(GroupOrder::key, 1);
  driver.join(1, 1);
  driver.find({7, 7, 7, 7});
  driver.condemn(1);
  EXPECT_EQ(driver.group.in_flight(), 1U);  // 2
  driver.group.buried(1, 40);
  ASSERT_TRUE(driver.group.give_back(40, 1, 7));
  EXPECT_EQ(driver.group.state().floor, 1U);
  EXPECT_TRUE(driver.ack({1, 2, 1}));
  const auto offer = driver.group.next();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->sequence, 1U);
  EXPECT_EQ(offer->dead, 40U);
}

}  // namespace
}  // namespace fanfare::broker::core::groups
