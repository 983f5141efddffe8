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

TEST_F(Groups, AnswerAJoinBeforeTheRoleAndTheRoleBeforeWork) {
  publish("chat.a", "1");
  auto join = GroupMember::join();
  join.order = protocol::GroupOrder::exclusive;
  GroupMember member(driver, join);
  std::vector<protocol::CommandType> order;
  for (const auto& one : driver.take(member.peer())) {
    if (protocol::is_counted(one.type)) order.push_back(one.type);
  }
  using Type = protocol::CommandType;
  EXPECT_EQ(order, (std::vector<Type>{Type::ok, Type::role, Type::deliver}));
}

TEST_F(Groups, ReadFromTheJournalWhatIsInMemoryNoMore) {
  auto settings = GroupMember::settings();
  settings.recent = 0;
  settings.page = 200;
  CoreDriver small(settings);
  const auto from = small.peer();
  for (int i = 0; i < 50; ++i) small.publish(from, i % 3 == 0 ? "chat.b" : "chat.a", std::to_string(i));
  auto join = GroupMember::join("chat.a");
  join.order = protocol::GroupOrder::key;
  join.max_in_flight = 4;
  GroupMember member(small, join);
  Strings handled;
  while (handled.size() < 33) {
    const auto taken = member.take();
    ASSERT_FALSE(taken.empty());
    ASSERT_LE(taken.size(), 4U);
    for (const auto& one : taken) handled.push_back(one.payload);
    member.ack(taken);
  }
  Strings expected;
  for (int i = 0; i < 50; ++i) {
    if (i % 3 != 0) expected.push_back(std::to_string(i));
  }
  EXPECT_EQ(handled, expected);
}

TEST_F(Groups, ReadAgainWhatComesBackLongAfterItWasRead) {
  auto settings = GroupMember::settings();
  settings.recent = 0;
  settings.page = 200;
  CoreDriver small(settings);
  const auto from = small.peer();
  GroupMember member(small, GroupMember::join());
  for (int i = 0; i < 100; ++i) small.publish(from, "chat.a", std::to_string(i));
  const auto taken = member.take();
  ASSERT_EQ(taken.size(), 100U);
  for (const auto i : {3U, 50U, 4U}) member.defer(taken[i], 5);
  small.wait(std::chrono::milliseconds(5));
  EXPECT_EQ(member.payloads(), (Strings{"3", "4", "50"}));
  GroupMember other(small, GroupMember::join());
  member.lose();
  small.wait(std::chrono::seconds(1));
  EXPECT_EQ(other.sequences().size(), 100U);
}

TEST_F(Groups, GiveASessionNoMoreThanItHasRoomFor) {
  auto settings = GroupMember::settings();
  settings.page = 1'000;
  CoreDriver small(settings);
  const auto from = small.peer();
  for (int i = 0; i < 100; ++i) small.publish(from, "chat.a", std::string(100, 'x'));
  GroupMember slow(small, 1'500);
  slow.enter(GroupMember::join());
  const auto first = slow.take();
  EXPECT_LT(first.size(), 25U);
  EXPECT_FALSE(first.empty());
  // What it has no room for goes to another.
  GroupMember other(small, GroupMember::join());
  EXPECT_GT(other.take().size(), 50U);
  std::size_t handled = first.size();
  for (std::uint64_t i = 1; i < 20; ++i) {
    small.from(slow.peer(), protocol::Credit{.received = 1, .limit = 1'500 + i * 10'000});
    handled += slow.take().size();
  }
  EXPECT_GT(handled, first.size());
}

TEST_F(Groups, CountWhatWasHandledWhenASessionWasLostButNotWhatWasNeverBegun) {
  auto join = GroupMember::join();
  join.max_deliver = 1;
  GroupMember lost(driver, join);
  publish("chat.a", "handled");
  publish("chat.b", "waited");
  EXPECT_EQ(lost.take().size(), 2U);
  lost.lose();
  GroupMember next(driver, join);
  EXPECT_EQ(next.payloads(), (Strings{"waited"}));
}

TEST_F(Groups, CountNothingForSessionsThatEndWhileTheBrokerStops) {
  auto join = GroupMember::join();
  join.max_deliver = 1;
  GroupMember member(driver, join);
  publish("chat.a", "1");
  EXPECT_EQ(member.take().size(), 1U);
  driver.core().drain(std::chrono::seconds(1));
  member.lose();
  driver.from(publisher, protocol::Query{.request = 901, .kind = protocol::QueryKind::dead_letters});
  EXPECT_EQ(driver.expect<protocol::Page>(publisher).as<protocol::Page>().count, 0U);
}

TEST_F(Groups, HandNothingOverOnceTheBrokerStops) {
  GroupMember member(driver, GroupMember::join());
  driver.core().drain(std::chrono::seconds(1));
  publish("chat.a", "1");
  driver.core().settle(driver.now);
  EXPECT_TRUE(member.take().empty());
}

TEST_F(Groups, AcknowledgeEverythingUpToADelivery) {
  GroupMember member(driver, GroupMember::join());
  for (const auto* one : {"1", "2", "3"}) publish("chat.a", one);
  const auto taken = member.take();
  EXPECT_EQ(member.answer(member.ack(taken[1], true)), "ok");
  member.leave();
  GroupMember next(driver, GroupMember::join());
  EXPECT_EQ(next.payloads(), (Strings{"3"}));
}

TEST_F(Groups, LetAMessageOfWhichNothingIsHeardFailAndTakeItBack) {
  auto join = GroupMember::join();
  join.ack_wait_ms = 1'000;
  GroupMember member(driver, join);
  publish("chat.a", "1");
  const auto taken = member.take();
  for (int i = 0; i < 3; ++i) {
    driver.wait(std::chrono::milliseconds(700));
    member.progress(taken.at(0));
  }
  EXPECT_TRUE(member.take().empty());
  driver.wait(std::chrono::seconds(1));
  EXPECT_EQ(member.answer(member.ack(taken[0])), "stale");
}

}  // namespace
}  // namespace fanfare::broker::core
