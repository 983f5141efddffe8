#include "group_driver.hpp"

namespace fanfare::broker::core::groups {
namespace {

using protocol::GroupOrder;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kAckWait = seconds(30);

TEST(GroupDeadlines, OnlyWhatIsBeingHandledHasOne) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.find({1, 1});
  const auto hands = driver.pump();
  EXPECT_EQ(driver.group.next_deadline(), driver.time + kAckWait);
  driver.pass(seconds(20));
  EXPECT_TRUE(driver.ack(hands[0]));
  EXPECT_EQ(driver.group.next_deadline(), driver.time + kAckWait) << "the next one is begun now";
  EXPECT_TRUE(driver.ack(hands[1]));
  EXPECT_FALSE(driver.group.next_deadline());
}

TEST(GroupDeadlines, ProgressBeginsItAnew) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.find({1});
  const auto hands = driver.pump();
  for (int i = 0; i < 5; ++i) {
    driver.pass(seconds(29));
    EXPECT_TRUE(driver.progress(hands[0]));
  }
  EXPECT_TRUE(driver.group.state().failures.empty());
  EXPECT_TRUE(driver.ack(hands[0]));
}

TEST(GroupDeadlines, WhenOnePassesTheMemberKeepsOnlyWhatItHandles) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.find({1, 1, 1});
  const auto hands = driver.pump();
  driver.pass(seconds(29));
  EXPECT_TRUE(driver.progress(hands[2]));
  driver.pass(seconds(1));
  EXPECT_EQ(driver.revoked(1), (std::vector<std::uint64_t>{2})) << "its handler has 1, and may speak of it";
  EXPECT_EQ(driver.group.state().failures, (std::map<std::uint64_t, std::uint32_t>{{1, 1}}));
  EXPECT_EQ(driver.group.in_flight(), 1U);
  EXPECT_TRUE(driver.ack(hands[2]));
}

TEST(GroupDeadlines, AStalledMemberGetsNothingUntilItSaysSomething) {
  GroupDriver driver(GroupOrder::any);
  driver.join(1);
  driver.find({1, 1});
  const auto hands = driver.pump();
  driver.pass(kAckWait);
  driver.pass(seconds(1));
  EXPECT_TRUE(driver.group.members().at(0).stalled);
  EXPECT_FALSE(driver.group.next());
  EXPECT_FALSE(driver.group.wants_more());
  driver.join(2, 1);
  EXPECT_EQ(driver.pump(), (Hands{{2, 1, 2}}));
  EXPECT_FALSE(driver.ack(hands[0])) << "stale: the other one has it";
  EXPECT_FALSE(driver.group.members().at(0).stalled);
  EXPECT_EQ(driver.pump(), (Hands{{1, 2, 2}}));
}

TEST(GroupDeadlines, InKeyOrderTheTopicsOfWhatWasNotBegunComeBackWhole) {
  GroupDriver driver(GroupOrder::key);
  driver.join(1);
  driver.find({7, 8, 8, 7});
  const auto hands = driver.pump();
  driver.pass(seconds(29));
  EXPECT_TRUE(driver.progress(hands[2]));  // 3, of which an earlier one is not begun
  driver.pass(seconds(1));
  EXPECT_EQ(driver.revoked(1), (std::vector<std::uint64_t>{4, 2, 3}));
  EXPECT_EQ(driver.group.in_flight(), 0U);
  EXPECT_EQ(driver.group.state().failures, (std::map<std::uint64_t, std::uint32_t>{{1, 1}}));
}

TEST(GroupDeadlines, PassingOftenEnoughCondemns) {
  GroupDriver driver(GroupOrder::exclusive, 2);
  driver.join(1);
  driver.group.elected(1, driver.now());
  driver.find({7});
  const auto hands = driver.pump();
  driver.pass(kAckWait);
  EXPECT_FALSE(driver.ack(hands[0]));
  driver.pass(seconds(1));
  ASSERT_EQ(driver.pump().size(), 1U);
  driver.pass(kAckWait);
  const auto condemned = driver.condemned();
  ASSERT_EQ(condemned.size(), 1U);
  EXPECT_EQ(condemned[0].failures, 2U);
  EXPECT_EQ(condemned[0].epoch, driver.epoch);
  EXPECT_EQ(condemned[0].reason, "not acknowledged in time");
}

}  // namespace
}  // namespace fanfare::broker::core::groups
