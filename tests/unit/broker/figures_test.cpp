#include "broker/core/figures.hpp"

#include <gmock/gmock.h>

#include "tests/unit/broker/core_driver.hpp"
#include "tests/unit/broker/group_members.hpp"

namespace fanfare::broker::core {
namespace {

using testing::ElementsAre;
using testing::Pair;

class FiguresTest : public testing::Test {
 protected:
  static Settings settings() {
    auto settings = CoreDriver::settings();
    settings.outbox = 1000;
    return settings;
  }

  /// A session that confirms nothing, so that all but the first message waits.
  ConnectionId slow(protocol::Overflow overflow, const std::string& pattern = "demo.>") {
    const auto peer = driver.peer("slow", 1);
    driver.from(peer, protocol::Subscribe{
                          .request = 1, .handle = 1, .overflow = overflow, .pattern = std::string_view(pattern)});
    return peer;
  }

  [[nodiscard]] const SessionShown& session(const Figures& figures, const std::string& name) const {
    return *std::ranges::find(figures.listed, name, &SessionShown::name);
  }

  CoreDriver driver{settings()};
  ConnectionId publisher = driver.peer("publisher");
};

TEST_F(FiguresTest, CountWhatEachStreamHolds) {
  const Uuid id{{7}};
  driver.publish(publisher, "chat.a", "1", id);
  driver.publish(publisher, "chat.a", "1", id);
  driver.publish(publisher, "chat.b", "2");
  driver.publish(publisher, "orders.a", "3");
  const auto figures = driver.core().figures();
  ASSERT_EQ(figures.streams.size(), 2U);
  const auto& chat = figures.streams[0];
  EXPECT_EQ(chat.name, "chat");
  EXPECT_EQ(chat.head, 2U);
  EXPECT_EQ(chat.counters.messages, 2U);
  EXPECT_EQ(chat.counters.repeated, 1U);
  EXPECT_EQ(chat.counters.commits, 2U);
  EXPECT_GT(chat.counters.bytes, 0U);
  EXPECT_EQ(figures.streams[1].counters.messages, 1U);
  EXPECT_EQ(figures.counters.messages_published, 4U);
}

TEST_F(FiguresTest, CountWhatEachSessionGotAndMissed) {
  slow(protocol::Overflow::drop_oldest);
  for (int i = 0; i < 10; ++i) driver.publish(publisher, "demo.a", std::string(250, '.'));
  const auto figures = driver.core().figures();
  const auto& missed = session(figures, "slow");
  EXPECT_EQ(missed.delivered, 1U);
  EXPECT_GT(missed.waiting_bytes, 0U);
  ASSERT_THAT(missed.dropped, ElementsAre(Pair(Pair(DropPolicy::drop_oldest, "demo.>"), testing::Gt(0U))));
  EXPECT_EQ(session(figures, "publisher").published, 10U);
}

TEST_F(FiguresTest, KeepTheSumWhenASessionThatMissedSomethingEnds) {
  const auto peer = slow(protocol::Overflow::drop_oldest);
  for (int i = 0; i < 10; ++i) driver.publish(publisher, "demo.a", std::string(250, '.'));
  const auto missed = session(driver.core().figures(), "slow").dropped.at({DropPolicy::drop_oldest, "demo.>"});
  driver.lose(peer);
  const auto figures = driver.core().figures();
  EXPECT_EQ(figures.listed.size(), 1U);
  EXPECT_EQ(figures.counters.dropped_of_ended[static_cast<std::size_t>(DropPolicy::drop_oldest)], missed);
}

TEST_F(FiguresTest, CountWhatWaitedForASessionThatWasClosedForIt) {
  slow(protocol::Overflow::close);
  for (int i = 0; i < 10; ++i) driver.publish(publisher, "demo.a", std::string(250, '.'));
  ASSERT_THAT(driver.closed, ElementsAre("overflow"));
  const auto figures = driver.core().figures();
  EXPECT_GT(figures.counters.dropped_of_ended[static_cast<std::size_t>(DropPolicy::close)], 2U);
  EXPECT_EQ(figures.counters.dropped_of_ended[static_cast<std::size_t>(DropPolicy::drop_oldest)], 0U);
}

TEST_F(FiguresTest, CountGapsByTheirReason) {
  const auto peer = slow(protocol::Overflow::drop_oldest);
  for (int i = 0; i < 10; ++i) driver.publish(publisher, "demo.a", std::string(250, '.'));
  driver.from(peer, protocol::Credit{.received = 1, .limit = 1U << 20U});
  const auto figures = driver.core().figures();
  EXPECT_EQ(figures.counters.gaps_by_reason[static_cast<std::size_t>(protocol::GapReason::overflow)], 1U);
}

TEST_F(FiguresTest, ListABoundedNumberOfSessionsAndSumTheOthers) {
  for (std::size_t i = 1; i < Figures::kListedSessions; ++i) driver.peer();
  const auto late = driver.peer("late");
  driver.publish(late, "demo.a", "x");
  driver.publish(driver.peer("later"), "demo.a", "x");
  const auto figures = driver.core().figures();
  EXPECT_EQ(figures.listed.size(), Figures::kListedSessions);
  EXPECT_EQ(figures.sessions, Figures::kListedSessions + 2);
  EXPECT_EQ(figures.other_sessions.published, 2U);
}

TEST_F(FiguresTest, AreAnnouncedToWhoeverHearsThem) {
  EXPECT_FALSE(driver.core().is_heard("$sys.metrics.broker.a"));
  const auto peer = driver.peer();
  driver.subscribe(peer, "$sys.metrics.>");
  EXPECT_TRUE(driver.core().is_heard("$sys.metrics.broker.a"));
  driver.core().announce("$sys.metrics.broker.a", "figures", driver.now);
  driver.core().settle(driver.now);
  EXPECT_THAT(driver.payloads(peer), ElementsAre("figures"));
}

TEST_F(FiguresTest, OfTheBrokerComeFromTheBrokerOnly) {
  driver.publish(publisher, "$sys.metrics.broker.a", "x");
  EXPECT_EQ(driver.expect<protocol::Error>(publisher).as<protocol::Error>().code, ErrorCode::permission_denied);
  driver.publish(publisher, "$sys.metrics.billing.a", "x");
  EXPECT_TRUE(driver.has<protocol::Puback>(publisher));
}

TEST(FiguresOfGroups, CountWhatBecameOfTheirMessages) {
  CoreDriver driver{GroupMember::settings()};
  const auto publisher = driver.peer("publisher");
  GroupMember member(driver, GroupMember::join());
  for (int i = 0; i < 4; ++i) driver.publish(publisher, "chat.a", std::to_string(i));
  const auto taken = member.take();
  ASSERT_EQ(taken.size(), 4U);
  EXPECT_EQ(member.answer(member.ack(taken[0])), "ok");
  EXPECT_EQ(member.answer(member.fail(taken[1])), "ok");

  auto figures = driver.core().figures();
  ASSERT_EQ(figures.groups.size(), 1U);
  const auto before = figures.groups[0];
  EXPECT_EQ(before.stream, "chat");
  EXPECT_EQ(before.lag, 3U);
  EXPECT_EQ(before.pending, 3U);
  EXPECT_EQ(before.members, 1U);
  EXPECT_EQ(before.acknowledged, 1U);
  EXPECT_EQ(before.failures, 1U);
  EXPECT_EQ(before.redelivered, 0U);

  driver.wait(std::chrono::milliseconds(1000));
  for (const auto& one : member.take()) EXPECT_EQ(member.answer(member.ack(one)), "ok");
  figures = driver.core().figures();
  const auto after = figures.groups[0];
  EXPECT_GE(after.redelivered, 1U);
  EXPECT_GE(after.acknowledged, 2U);
  const auto handed = std::ranges::find(figures.listed, 4U + after.redelivered, &SessionShown::delivered);
  EXPECT_NE(handed, figures.listed.end());
}

}  // namespace
}  // namespace fanfare::broker::core
