#include "tests/unit/sdk/session_work_fixture.hpp"

namespace fanfare::session::test {
namespace {

using protocol::GroupOrder;

/// Whose turn it is in a group with an order.
class SessionOrder : public SessionWorkTest {};

TEST_F(SessionOrder, WithoutOneAllBeginAtOnce) {
  work_in(GroupOrder::any);
  deliver({{101}, {102}, {103}});
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 102, 103}));
}

TEST_F(SessionOrder, AMessageOfATopicWaitsForTheOneBefore) {
  work_in(GroupOrder::key);
  deliver({{101, 1}, {102, 1}, {103, 2}, {104, 2}});
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 103}));
  ack(1, 103);
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 103, 104}));
  ack(2, 101);
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 103, 104, 102}));
}

TEST_F(SessionOrder, AnExclusiveGroupIsOneLine) {
  work_in(GroupOrder::exclusive);
  deliver({{101, 1}, {102, 2}, {103, 3}});
  EXPECT_EQ(told.begun_sequences(), Sequences{101});
  ack(1, 101);
  ack(2, 102);
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 102, 103}));
}

TEST_F(SessionOrder, APipelinedMembershipWaitsForNone) {
  work_in(GroupOrder::key, true);
  deliver({{101}, {102}, {103}});
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 102, 103}));
}

TEST_F(SessionOrder, BehindOneThatFailedNothingBeginsUntilTheBrokerHasAnswered) {
  work_in(GroupOrder::key);
  deliver({{101}, {102}, {103, 2}});
  fail(1, 101);
  deliver({{104}, {105, 3}});
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 103, 105}));
  revoke({{102}, {104}});
  deliver({{101, 1, 2}, {102, 1, 2}});
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 103, 105}));
  receive(protocol::Ok{.request = sent().one<protocol::Nack>().request, .positions = {}});
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 103, 105, 101}));
  EXPECT_EQ(told.work(told.begun_works.back()).attempt, 2U);
}

TEST_F(SessionOrder, APipelinedOneHoldsBackBehindAFailureToo) {
  work_in(GroupOrder::key, true);
  deliver({{101}, {102}});
  fail(1, 101);
  deliver({{103}});
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 102}));
  revoke({{102}, {103}});
  receive(protocol::Ok{.request = sent().one<protocol::Nack>().request, .positions = {}});
  deliver({{101, 1, 2}});
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 102, 101}));
}

TEST_F(SessionOrder, ADeferredOneHoldsBackItsTopic) {
  work_in(GroupOrder::key);
  deliver({{101}, {102}});
  defer(1, 101, 1s);
  EXPECT_EQ(told.begun_sequences(), Sequences{101});
}

TEST_F(SessionOrder, WhatComesAgainIsOfAnotherRun) {
  work_in(GroupOrder::key, true);
  deliver({{101}, {102}});
  const auto first = told.works[0].run;
  EXPECT_EQ(told.works[1].run, first);
  fail(1, 101);
  revoke({{102}});
  receive(protocol::Ok{.request = sent().one<protocol::Nack>().request, .positions = {}});
  deliver({{101, 1, 2}});
  EXPECT_NE(told.works[2].run, first);
}

TEST_F(SessionOrder, WhatComesAgainWhileItsHandlerOverstaysIsOfAnotherRun) {
  work_in(GroupOrder::key, true);
  deliver({{101}, {102}});
  revoke({{101}, {102}});
  deliver({{101, 1, 2}});
  EXPECT_NE(told.works[2].run, told.works[0].run);
}

TEST_F(SessionOrder, OneThatWasTakenBackLetsTheNextBeginOnlyWhenItsHandlerIsDone) {
  work_in(GroupOrder::key);
  deliver({{101}, {102}});
  const auto overstayed = told.work_at(101);
  revoke({{101}, {102}});
  deliver({{101, 1, 2}});
  EXPECT_EQ(told.begun_sequences(), Sequences{101});
  session.settle(overstayed, 1, {});
  EXPECT_EQ(told.settled, (Codes{{1, ErrorCode::stale}}));
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 101}));
}

TEST_F(SessionOrder, HoldsOverALostSessionForAHandlerThatIsNotDone) {
  work_in(GroupOrder::key);
  deliver({{101}});
  const auto old = told.work_at(101);
  reconnect();
  agree();
  deliver({{101, 1, 2}, {103, 2}});
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 103}));
  session.settle(old, 1, {.kind = Verdict::Kind::failed, .reason = "late"});
  EXPECT_EQ(told.settled, (Codes{{1, ErrorCode::stale}}));
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 103, 101}));
}

TEST_F(SessionOrder, ASkippedOneWaitsForItsRevokeAndHoldsBackNothing) {
  work_in(GroupOrder::key, true);
  deliver({{101}, {102}});
  fail(1, 101);
  session.skip(told.work_at(102));
  revoke({{102}});
  receive(protocol::Ok{.request = sent().one<protocol::Nack>().request, .positions = {}});
  deliver({{101, 1, 2}, {102, 1, 2}});
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 102, 101, 102}));
}

}  // namespace
}  // namespace fanfare::session::test
