#include <gtest/gtest.h>

#include "tests/unit/broker/group_members.hpp"
#include "tests/unit/broker/waiting_journal.hpp"

namespace fanfare::broker::core {
namespace {

using Strings = std::vector<std::string>;
using Sequences = std::vector<std::uint64_t>;

class Groups : public testing::Test {
 protected:
  Groups() { publisher = driver.peer("publisher"); }

  void publish(std::string_view topic, std::string_view payload) { driver.publish(publisher, topic, payload); }

  CoreDriver driver{GroupMember::settings()};
  ConnectionId publisher;
};

TEST_F(Groups, BeginAtTheBeginningUnlessTheFirstJoinSaysNow) {
  publish("chat.a", "1");
  GroupMember all(driver, GroupMember::join());
  EXPECT_EQ(all.joined(), 0U);
  EXPECT_EQ(all.payloads(), (Strings{"1"}));

  auto join = GroupMember::join("chat.>", "late");
  join.from = protocol::From::now;
  GroupMember late(driver, join);
  EXPECT_EQ(late.joined(), 1U);
  publish("chat.a", "2");
  EXPECT_EQ(late.payloads(), (Strings{"2"}));
}

TEST_F(Groups, HandEachMessageToOneMember) {
  GroupMember one(driver, GroupMember::join());
  GroupMember other(driver, GroupMember::join());
  for (int i = 0; i < 10; ++i) publish("chat.a", std::to_string(i));
  const auto first = one.sequences();
  const auto second = other.sequences();
  EXPECT_EQ(first.size(), 5U);
  EXPECT_EQ(second.size(), 5U);
}

TEST_F(Groups, HandOverOnlyWhatMatches) {
  GroupMember member(driver, GroupMember::join("chat.a.*"));
  publish("chat.b", "no");
  publish("chat.a.1", "yes");
  publish("orders.1", "no");
  EXPECT_EQ(member.payloads(), (Strings{"yes"}));
}

TEST_F(Groups, AnswerAnAckAndNeverDeliverAgain) {
  GroupMember member(driver, GroupMember::join());
  publish("chat.a", "1");
  const auto taken = member.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].attempt, 1U);
  EXPECT_EQ(member.answer(member.ack(taken[0])), "ok");
  EXPECT_EQ(member.answer(member.ack(taken[0])), "stale");
  member.lose();
  GroupMember next(driver, GroupMember::join());
  EXPECT_EQ(next.joined(), 1U);
  EXPECT_TRUE(next.payloads().empty());
}

TEST_F(Groups, DeliverAgainWhatFailedAfterTheBackOff) {
  GroupMember member(driver, GroupMember::join());
  publish("chat.a", "1");
  EXPECT_EQ(member.answer(member.fail(member.take().at(0))), "ok");
  EXPECT_TRUE(member.had.empty());
  driver.wait(std::chrono::milliseconds(1000));
  const auto again = member.take();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].attempt, 2U);
}

TEST_F(Groups, GiveToOthersAtOnceWhatALeavingMemberHad) {
  GroupMember one(driver, GroupMember::join());
  publish("chat.a", "1");
  EXPECT_EQ(one.take().size(), 1U);
  GroupMember other(driver, GroupMember::join());
  one.leave();
  EXPECT_EQ(other.payloads(), (Strings{"1"}));
}

}  // namespace
}  // namespace fanfare::broker::core
