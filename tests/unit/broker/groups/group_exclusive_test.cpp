#include "group_driver.hpp"

namespace fanfare::broker::core::groups {
namespace {

using protocol::GroupOrder;
using std::chrono::seconds;

TEST(GroupExclusive, HandsOutNothingBeforeTheTermIsCommitted) {
  GroupDriver driver(GroupOrder::exclusive);
  driver.join(1);
  driver.find({7});
  EXPECT_FALSE(driver.group.next());
  EXPECT_FALSE(driver.group.wants_more());
  EXPECT_TRUE(driver.roles().empty());
  EXPECT_EQ(driver.group.take_changes().term, 1U);
  driver.group.elected(1, driver.now());
  const auto roles = driver.roles();
  ASSERT_EQ(roles.size(), 1U);
  EXPECT_EQ(roles[0].member, 1U);
  EXPECT_EQ(roles[0].term, 1U);
  EXPECT_EQ(driver.pump(), (Hands{{1, 1, 1}}));
}

TEST(GroupExclusive, GivesEverythingToTheActiveMemberInOrder) {
  GroupDriver driver(GroupOrder::exclusive);
  driver.join(5);
  driver.join(2);
  driver.group.elected(1, driver.now());
  driver.find({7, 8, 9});
  EXPECT_EQ(driver.pump(), (Hands{{5, 1, 1}, {5, 2, 1}, {5, 3, 1}}));
  ASSERT_TRUE(driver.fail({5, 2, 1}));
  EXPECT_EQ(driver.revoked(5), (std::vector<std::uint64_t>{3})) << "one line for all topics";
  EXPECT_FALSE(driver.group.next());
}

TEST(GroupExclusive, TheLongestStandingFollowsWithAGreaterTerm) {
  GroupDriver driver(GroupOrder::exclusive);
  driver.join(5);
  driver.join(9);
  driver.join(2);
  driver.group.elected(1, driver.now());
  driver.find({7, 8});
  ASSERT_EQ(driver.pump().size(), 2U);
  driver.group.lost(5, driver.now());
  EXPECT_EQ(driver.group.take_changes().term, 2U);
  driver.group.elected(1, driver.now());
  driver.pass(seconds(1));
  EXPECT_FALSE(driver.group.next()) << "the term that was committed is another one's";
  driver.roles();
  driver.group.elected(2, driver.now());
  EXPECT_EQ(driver.roles().at(0).member, 9U);
  EXPECT_EQ(driver.pump(), (Hands{{9, 1, 2}, {9, 2, 2}}));
}

TEST(GroupExclusive, TermsRiseOverRestarts) {
  GroupDriver driver(GroupOrder::exclusive);
  driver.join(1);
  driver.find({7});
  driver.group.elected(1, driver.now());
  driver.restart();
  driver.join(2);
  EXPECT_EQ(driver.group.take_changes().term, 2U);
  EXPECT_EQ(driver.group.members().at(0).term, 0U);
  driver.group.elected(2, driver.now());
  EXPECT_EQ(driver.group.members().at(0).term, 2U);
}

TEST(GroupExclusive, StandbysAreToldSo) {
  GroupDriver driver(GroupOrder::exclusive);
  driver.join(1);
  driver.join(2);
  const auto roles = driver.roles();
  ASSERT_EQ(roles.size(), 1U);
  EXPECT_EQ(roles[0].member, 2U);
  EXPECT_EQ(roles[0].term, 0U);
}

TEST(GroupExclusive, WithoutAPatternItOnlyElects) {
  GroupState state;
  state.settings.order = GroupOrder::exclusive;
  Group group(state);
  group.join(1, 1, {});
  group.elected(1, {});
  EXPECT_FALSE(group.wants_more());
  group.leave(1, {});
  group.join(2, 1, {});
  EXPECT_EQ(group.state().term, 2U);
}

TEST(GroupExclusive, ReadsNoMoreThanTheActiveMemberTakes) {
  GroupDriver driver(GroupOrder::exclusive);
  driver.join(1, 2);
  driver.group.elected(1, driver.now());
  driver.find({7, 7});
  EXPECT_FALSE(driver.group.wants_more());
  const auto hands = driver.pump();
  EXPECT_FALSE(driver.group.wants_more());
  EXPECT_TRUE(driver.ack(hands.at(0)));
  EXPECT_TRUE(driver.group.wants_more());
}

TEST(GroupExclusive, ReadsOnBesideACondemnedMessage) {
  GroupDriver driver(GroupOrder::exclusive, 1);
  driver.join(1, 1);
  driver.group.elected(1, driver.now());
  driver.find({7});
  driver.condemn(1);
  EXPECT_TRUE(driver.group.wants_more());
}

}  // namespace
}  // namespace fanfare::broker::core::groups
