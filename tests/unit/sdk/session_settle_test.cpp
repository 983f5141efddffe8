#include "protocol/utf8.hpp"
#include "tests/unit/sdk/session_work_fixture.hpp"

namespace fanfare::session::test {
namespace {

using protocol::GroupOrder;

class SessionSettle : public SessionWorkTest {
 protected:
  void SetUp() override { work_in(GroupOrder::any); }
};

TEST_F(SessionSettle, AnAcknowledgementNamesSequenceAndAttempt) {
  deliver({{101, 1, 7}});
  ack(1, 101);
  const auto frame = sent();
  const auto it = frame.one<protocol::Ack>();
  EXPECT_EQ(it.handle, 1U);
  EXPECT_EQ(it.epoch, epoch);
  ASSERT_EQ(it.entries.size(), 1U);
  EXPECT_EQ(it.entries[0].sequence, 101U);
  EXPECT_EQ(it.entries[0].attempt, 7U);
  EXPECT_TRUE(told.settled.empty());
  receive(protocol::Ok{.request = it.request, .positions = {}});
  EXPECT_EQ(told.settled, (Codes{{1, std::nullopt}}));
}

TEST_F(SessionSettle, WhatWaitsGoesInOneCommandAndTheAnswerSaysWhichWereStale) {
  deliver({{101}, {102}, {103}});
  ack(1, 101);
  ack(2, 102);
  ack(3, 103);
  const auto it = sent().one<protocol::Ack>();
  EXPECT_EQ(it.entries.size(), 3U);
  receive(protocol::Ok{.request = it.request, .positions = {{1, {epoch, 102}}}});
  EXPECT_EQ(told.settled, (Codes{{1, std::nullopt}, {2, ErrorCode::stale}, {3, std::nullopt}}));
}

TEST_F(SessionSettle, TwoAttemptsAtOneMessageNeverShareACommand) {
  deliver({{101, 1, 1}});
  ack(1, 101);
  deliver({{101, 1, 2}});  // its time was over before that was sent
  ack(2, 101);
  const auto frame = sent();
  const auto acks = frame.all<protocol::Ack>();
  ASSERT_EQ(acks.size(), 2U);
  receive(protocol::Ok{.request = acks[0].request, .positions = {{1, {epoch, 101}}}},
          protocol::Ok{.request = acks[1].request, .positions = {}});
  EXPECT_EQ(told.settled, (Codes{{1, ErrorCode::stale}, {2, std::nullopt}}));
}

TEST_F(SessionSettle, AnErrorIsTheOutcomeOfAllInTheCommand) {
  deliver({{101}, {102}});
  ack(1, 101);
  ack(2, 102);
  receive(protocol::Error{
      .request = sent().one<protocol::Ack>().request, .command = protocol::CommandType::ack, .code = ErrorCode::stale});
  EXPECT_EQ(told.settled, (Codes{{1, ErrorCode::stale}, {2, ErrorCode::stale}}));
}

TEST_F(SessionSettle, AFailureSaysWhyAndWhen) {
  deliver({{101}, {102}});
  session.settle(told.work_at(101), 1, {.kind = Verdict::Kind::failed, .delay = 3s, .reason = "broken"});
  defer(2, 102, 2s);
  const auto frame = sent();
  const auto nacks = frame.all<protocol::Nack>();
  ASSERT_EQ(nacks.size(), 2U);
  EXPECT_EQ(nacks[0].kind, protocol::NackKind::failed);
  EXPECT_EQ(nacks[0].delay_ms, 3'000U);
  EXPECT_EQ(nacks[0].reason, "broken");
  EXPECT_EQ(nacks[0].entry.sequence, 101U);
  EXPECT_EQ(nacks[1].kind, protocol::NackKind::defer);
  EXPECT_EQ(nacks[1].delay_ms, 2'000U);
  receive(
      protocol::Ok{.request = nacks[0].request, .positions = {}},
      protocol::Error{.request = nacks[1].request, .command = protocol::CommandType::nack, .code = ErrorCode::stale});
  EXPECT_EQ(told.settled, (Codes{{1, std::nullopt}, {2, ErrorCode::stale}}));
}

TEST_F(SessionSettle, AReasonTravelsShortAndAsText) {
  deliver({{101}, {102}});
  std::string pile;
  for (int i = 0; i < 1'000; ++i) pile += "ä";
  fail(1, 101, "x" + pile);
  fail(2, 102, "\xff!");
  const auto frame = sent();
  const auto nacks = frame.all<protocol::Nack>();
  ASSERT_EQ(nacks.size(), 2U);
  EXPECT_LE(nacks[0].reason.size(), 1'000U);
  EXPECT_GT(nacks[0].reason.size(), 900U);
  EXPECT_TRUE(protocol::is_utf8(nacks[0].reason));
  EXPECT_EQ(nacks[1].reason, "?!");
}

TEST_F(SessionSettle, KeepsItsOrderAroundAFailure) {
  deliver({{101}, {102}, {103}});
  ack(1, 101);
  fail(2, 102);
  ack(3, 103);
  const auto frame = sent();
  const auto acks = frame.all<protocol::Ack>();
  const auto nack = frame.one<protocol::Nack>();
  ASSERT_EQ(acks.size(), 2U);
  EXPECT_LT(acks[0].request, nack.request);
  EXPECT_LT(nack.request, acks[1].request);
}

TEST_F(SessionSettle, CountsOnce) {
  deliver({{101}});
  ack(1, 101);
  fail(2, 101);
  EXPECT_EQ(told.settled, (Codes{{2, ErrorCode::stale}}));
  const auto frame = sent();
  EXPECT_EQ(frame.all<protocol::Ack>().size(), 1U);
  EXPECT_TRUE(frame.all<protocol::Nack>().empty());
}

TEST_F(SessionSettle, LeavesABoundedNumberOfRequestsWithTheBroker) {
  std::vector<Sent> many;
  for (std::uint64_t i = 0; i < 100; ++i) many.push_back({101 + i});
  deliver(many);
  for (std::uint64_t i = 0; i < 100; ++i) fail(i + 1, 101 + i);
  const auto frame = sent();
  const auto nacks = frame.all<protocol::Nack>();
  EXPECT_EQ(nacks.size(), 64U);
  EXPECT_TRUE(sent().all<protocol::Nack>().empty());
  for (const auto& nack : nacks) receive(protocol::Ok{.request = nack.request, .positions = {}});
  EXPECT_EQ(sent().all<protocol::Nack>().size(), 36U);
}

TEST_F(SessionSettle, CutsALargeGatheringIntoSeveralCommands) {
  std::vector<Sent> many;
  for (std::uint64_t i = 0; i < 10'000; ++i) many.push_back({101 + i});
  deliver(many);
  for (const auto& it : told.works) session.settle(it.work, it.work, {});
  std::size_t entries = 0;
  for (int i = 0; i < 5; ++i) {
    const auto frame = sent();
    for (const auto& it : frame.all<protocol::Ack>()) entries += it.entries.size();
    EXPECT_LE(frame.size(), 256U << 10U);
  }
  EXPECT_EQ(entries, 10'000U);
}

TEST_F(SessionSettle, WhatWasSentAndNotAnsweredIsUnknownAfterALostSession) {
  deliver({{101}, {102}});
  ack(1, 101);
  (void)sent();
  ack(2, 102);
  reconnect();
  EXPECT_EQ(told.settled, (Codes{{1, ErrorCode::outcome_unknown}, {2, ErrorCode::stale}}));
  EXPECT_TRUE(sent().all<protocol::Ack>().empty());
}

TEST_F(SessionSettle, AResumedSessionSaysItAgainAndTheAnswerStands) {
  deliver({{101}, {102}});
  ack(1, 101);
  ack(2, 102);
  (void)sent();
  session.lost(now, Error(ErrorCode::unreachable));
  wait(10s);
  auto again = welcome();
  again.flags = protocol::Welcome::kResumed;
  again.received = 1;
  connect(again);
  const auto it = sent().one<protocol::Ack>();
  EXPECT_EQ(it.entries.size(), 2U);
  receive(protocol::Ok{.request = it.request, .positions = {{1, {epoch, 101}}}});
  EXPECT_EQ(told.settled, (Codes{{1, ErrorCode::stale}, {2, std::nullopt}}));
}

TEST_F(SessionSettle, ProgressIsToldOnceHoweverOftenItIsMade) {
  deliver({{101}, {102}});
  session.progress(told.work_at(101));
  session.progress(told.work_at(101));
  const auto frame = sent();
  EXPECT_EQ(frame.one<protocol::Progress>().entry.sequence, 101U);
  session.progress(told.work_at(101));
  EXPECT_EQ(sent().all<protocol::Progress>().size(), 1U);
}

TEST_F(SessionSettle, ThereIsNoProgressWithWhatIsSettledOrVoid) {
  deliver({{101}, {102}});
  session.progress(told.work_at(102));
  ack(1, 101);
  session.progress(told.work_at(101));
  revoke({{102}});
  EXPECT_TRUE(sent().all<protocol::Progress>().empty());
}

TEST_F(SessionSettle, NeedsNoCredit) {
  auto poor = welcome();
  poor.limit = 0;
  reconnect(poor);
  agree();
  deliver({{101}, {102}});
  ack(1, 101);
  session.progress(told.work_at(102));
  const auto frame = sent();
  EXPECT_EQ(frame.all<protocol::Ack>().size(), 1U);
  EXPECT_EQ(frame.all<protocol::Progress>().size(), 1U);
}

TEST_F(SessionSettle, ClosingWaitsForTheAnswers) {
  deliver({{101}});
  ack(1, 101);
  session.close(now, now + 5s);
  const auto frame = sent();
  EXPECT_TRUE(frame.all<protocol::Bye>().empty());
  receive(protocol::Ok{.request = frame.one<protocol::Ack>().request, .positions = {}});
  EXPECT_EQ(sent().all<protocol::Bye>().size(), 1U);
  EXPECT_EQ(told.settled, (Codes{{1, std::nullopt}}));
}

TEST_F(SessionSettle, AClosedClientLeavesNothingWithoutAnOutcome) {
  deliver({{101}, {102}, {103}});
  ack(1, 101);
  (void)sent();
  ack(2, 102);
  session.close(now, now);
  ack(3, 103);
  EXPECT_EQ(told.settled, (Codes{{1, ErrorCode::outcome_unknown}, {2, ErrorCode::not_sent}, {3, ErrorCode::stale}}));
}

}  // namespace
}  // namespace fanfare::session::test
