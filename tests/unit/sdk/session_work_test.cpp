#include "tests/unit/sdk/session_work_fixture.hpp"

namespace fanfare::session::test {
namespace {

using protocol::GroupOrder;

class SessionWork : public SessionWorkTest {};

TEST_F(SessionWork, AJoinSaysAllThatWasAskedFor) {
  connect();
  auto it = membership(GroupOrder::key);
  it.joined.ack_wait_ms = 5'000;
  it.joined.max_deliver = 3;
  it.joined.max_pending = 10;
  it.joined.back_off_ms = {1, 2};
  session.add(1, it);
  const auto frame = sent();
  const auto join = frame.one<protocol::Join>();
  EXPECT_EQ(join.handle, 1U);
  EXPECT_EQ(join.order, GroupOrder::key);
  EXPECT_EQ(join.from, protocol::From::all);
  EXPECT_EQ(join.max_in_flight, 256U);
  EXPECT_EQ(join.ack_wait_ms, 5'000U);
  EXPECT_EQ(join.max_deliver, 3U);
  EXPECT_EQ(join.max_pending, 10U);
  EXPECT_EQ(join.back_off_ms, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(join.group, "work");
  EXPECT_EQ(join.pattern, "chat.>");
  receive(protocol::Ok{.request = join.request, .positions = {{1, head}}});
  EXPECT_EQ(told.registered, std::vector<Handle>{1});
}

TEST_F(SessionWork, ARefusedJoinIsTold) {
  connect();
  session.add(1, membership(GroupOrder::any));
  receive(protocol::Error{.request = sent().one<protocol::Join>().request,
                          .command = protocol::CommandType::join,
                          .code = ErrorCode::group_mismatch});
  EXPECT_EQ(told.refused.at(1), ErrorCode::group_mismatch);
  reconnect();
  EXPECT_TRUE(sent().all<protocol::Join>().empty());
}

TEST_F(SessionWork, ADeliveryComesWithItsAttempt) {
  work_in(GroupOrder::any);
  deliver({{101, 2, 3}});
  ASSERT_EQ(told.works.size(), 1U);
  EXPECT_EQ(told.works[0].handle, 1U);
  EXPECT_EQ(told.works[0].topic, "chat.2");
  EXPECT_EQ(told.works[0].position, (Position{epoch, 101}));
  EXPECT_EQ(told.works[0].attempt, 3U);
  EXPECT_EQ(told.begun_works.size(), 1U);
}

TEST_F(SessionWork, ItsCreditComesBackWhenHandlersAreDone) {
  work_in(GroupOrder::any);
  deliver({{101}});
  EXPECT_TRUE(sent(true).empty());
  session.handled(told.works[0].data);
  EXPECT_EQ(sent(true).one<protocol::Credit>().received, 2U);
}

TEST_F(SessionWork, WhatWaitsForAnotherOfItsTopicHoldsBackNoCredit) {
  work_in(GroupOrder::key);
  deliver({{101}});
  deliver({{102}, {103}});
  session.handled(told.works[0].data);
  EXPECT_EQ(sent(true).one<protocol::Credit>().received, 3U);
}

TEST_F(SessionWork, WhatWasTakenBackIsVoid) {
  work_in(GroupOrder::any);
  deliver({{101}, {102}});
  revoke({{101}});
  EXPECT_EQ(told.revoked, std::vector{told.work_at(101)});
  ack(1, 101);
  EXPECT_EQ(told.settled, (Codes{{1, ErrorCode::stale}}));
  EXPECT_TRUE(sent().all<protocol::Ack>().empty());
}

TEST_F(SessionWork, WhatWasTakenBackBeforeItCameIsNotHandedOver) {
  work_in(GroupOrder::any);
  revoke({{101}});
  deliver({{101}});
  EXPECT_TRUE(told.works.empty());
  EXPECT_EQ(sent(true).one<protocol::Credit>().received, 3U);
  deliver({{101, 1, 2}});
  EXPECT_EQ(told.works.size(), 1U);
}

TEST_F(SessionWork, ALaterDeliveryOfTheSameMessageVoidsTheEarlier) {
  work_in(GroupOrder::any);
  deliver({{101}});
  deliver({{101, 1, 2}});
  ASSERT_EQ(told.works.size(), 2U);
  EXPECT_EQ(told.revoked, std::vector{told.works[0].work});
  ack(1, 101);
  EXPECT_EQ(sent().one<protocol::Ack>().entries.front().attempt, 2U);
}

TEST_F(SessionWork, AfterALostSessionEverythingIsVoidAndItJoinsAgain) {
  work_in(GroupOrder::key);
  deliver({{101}, {102}, {103, 2}});
  reconnect();
  EXPECT_EQ(told.revoked.size(), 3U);
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 103}));
  ack(1, 101);
  ack(2, 103);
  EXPECT_EQ(told.settled, (Codes{{1, ErrorCode::stale}, {2, ErrorCode::stale}}));
  const auto frame = sent();
  EXPECT_EQ(frame.one<protocol::Join>().group, "work");
  EXPECT_TRUE(frame.all<protocol::Ack>().empty());
}

TEST_F(SessionWork, AResumedSessionGoesOnWithWhatItWasHanded) {
  work_in(GroupOrder::key);
  deliver({{101}, {102}});
  session.lost(now, Error(ErrorCode::unreachable));
  ack(1, 101);
  EXPECT_EQ(told.begun_sequences(), Sequences{101});  // nothing begins without a session
  wait(10s);
  auto again = welcome();
  again.flags = protocol::Welcome::kResumed;
  again.received = 1;
  connect(again);
  EXPECT_TRUE(told.revoked.empty());
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 102}));
  const auto frame = sent();
  EXPECT_TRUE(frame.all<protocol::Join>().empty());
  EXPECT_EQ(frame.one<protocol::Ack>().entries.front().sequence, 101U);
}

TEST_F(SessionWork, LeavingSaysFirstWhatWasSettled) {
  work_in(GroupOrder::any);
  deliver({{101}, {102}});
  ack(1, 101);
  session.remove(1);
  const auto frame = sent();
  const auto acked = frame.one<protocol::Ack>();
  const auto left = frame.one<protocol::Leave>();
  EXPECT_EQ(acked.entries.front().sequence, 101U);
  EXPECT_EQ(left.handle, 1U);
  EXPECT_LT(acked.request, left.request);
  EXPECT_EQ(told.revoked, std::vector{told.work_at(102)});
  ack(2, 102);
  receive(protocol::Ok{.request = acked.request, .positions = {}});
  EXPECT_EQ(told.settled, (Codes{{1, std::nullopt}, {2, ErrorCode::stale}}));
  reconnect();
  EXPECT_TRUE(sent().all<protocol::Join>().empty());
}

TEST_F(SessionWork, WhatComesAfterLeavingIsNotHandedOver) {
  work_in(GroupOrder::any);
  session.remove(1);
  EXPECT_EQ(sent().one<protocol::Leave>().handle, 1U);
  deliver({{101}});
  EXPECT_TRUE(told.works.empty());
  EXPECT_EQ(sent(true).one<protocol::Credit>().received, 2U);
  EXPECT_TRUE(sent().empty());
}

TEST_F(SessionWork, ADroppedGroupEndsTheMembership) {
  work_in(GroupOrder::key);
  deliver({{101}, {102}});
  ack(1, 101);
  const auto acked = sent().one<protocol::Ack>();
  receive(protocol::Error{
      .request = join_request, .command = protocol::CommandType::join, .code = ErrorCode::no_such_group});
  EXPECT_EQ(told.refused.at(1), ErrorCode::no_such_group);
  EXPECT_EQ(told.revoked, std::vector{told.work_at(102)});
  receive(protocol::Error{
      .request = acked.request, .command = protocol::CommandType::ack, .code = ErrorCode::no_such_handle});
  EXPECT_EQ(told.settled, (Codes{{1, ErrorCode::stale}}));
}

TEST_F(SessionWork, OneAttemptPerRecordOrTheFrameIsBroken) {
  work_in(GroupOrder::any);
  const auto one = record(1, 101, "m");
  auto it = stored(one, {epoch, 0});
  it.kind = protocol::DeliveryKind::group;
  it.handle = 1;
  receive(it);
  EXPECT_FALSE(session.has_connection());
}

TEST_F(SessionWork, AfterDrainNothingMoreBeginsInALine) {
  work_in(GroupOrder::key);
  deliver({{101}, {102}});
  receive(protocol::Drain{.deadline_ms = 5'000});
  ack(1, 101);
  EXPECT_EQ(told.begun_sequences(), Sequences{101});
}

TEST_F(SessionWork, ADrainedSessionWaitsForTheAnswersToWhatWasSaid) {
  work_in(GroupOrder::any);
  deliver({{101}});
  ack(1, 101);
  const auto acked = sent().one<protocol::Ack>();
  receive(protocol::Drain{.deadline_ms = 5'000});
  EXPECT_TRUE(session.has_connection());
  receive(protocol::Ok{.request = acked.request, .positions = {}});
  EXPECT_FALSE(session.has_connection());
  EXPECT_EQ(told.settled, (Codes{{1, std::nullopt}}));
}

}  // namespace
}  // namespace fanfare::session::test
