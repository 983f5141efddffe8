// A membership that is to finish: LEAVE when done.
#include "tests/unit/sdk/session_work_fixture.hpp"

namespace fanfare::session::test {
namespace {

using protocol::GroupOrder;
using Handles = std::vector<Handle>;

class SessionFinish : public SessionWorkTest {
 protected:
  /// Asks; the number of its LEAVE.
  protocol::RequestNumber finish() {
    session.finish_membership(1);
    const auto leave = sent().one<protocol::Leave>();
    EXPECT_EQ(leave.handle, 1U);
    EXPECT_EQ(leave.flags, protocol::Leave::kWhenDone);
    return leave.request;
  }
};

TEST_F(SessionFinish, HandlesWhatItHasAndEndsWithTheAnswer) {
  work_in(GroupOrder::key);
  deliver({{101}, {102}});
  const auto leave = finish();
  EXPECT_TRUE(told.revoked.empty());
  ack(1, 101);
  const auto first = sent().one<protocol::Ack>();
  EXPECT_EQ(told.begun_sequences(), (Sequences{101, 102})) << "the line goes on";
  ack(2, 102);
  const auto second = sent().one<protocol::Ack>();
  receive(protocol::Ok{.request = first.request, .positions = {}});
  receive(protocol::Ok{.request = second.request, .positions = {}});
  EXPECT_TRUE(told.finished.empty());
  receive(protocol::Ok{.request = leave, .positions = {}});
  EXPECT_EQ(told.finished, (Handles{1}));
  EXPECT_EQ(told.settled, (Codes{{1, std::nullopt}, {2, std::nullopt}}));
  reconnect();
  EXPECT_TRUE(sent().all<protocol::Join>().empty());
}

TEST_F(SessionFinish, IsAskedOfTheBrokerOnce) {
  work_in(GroupOrder::any);
  const auto leave = finish();
  session.finish_membership(1);
  EXPECT_TRUE(sent().empty());
  receive(protocol::Ok{.request = leave, .positions = {}});
  session.finish_membership(1);
  EXPECT_TRUE(sent().empty());
  EXPECT_EQ(told.finished, (Handles{1}));
}

TEST_F(SessionFinish, LeavingMeanwhileGivesBackTheRest) {
  work_in(GroupOrder::any);
  deliver({{101}});
  const auto first = finish();
  session.remove(1);
  const auto leave = sent().one<protocol::Leave>();
  EXPECT_EQ(leave.flags, 0U);
  EXPECT_EQ(told.finished, (Handles{1}));
  EXPECT_EQ(told.revoked, std::vector{told.work_at(101)});
  receive(protocol::Error{.request = first, .command = protocol::CommandType::leave, .code = ErrorCode::canceled});
  receive(protocol::Ok{.request = leave.request, .positions = {}});
  EXPECT_EQ(told.finished, (Handles{1}));
}

TEST_F(SessionFinish, GoesOnInAResumedSession) {
  work_in(GroupOrder::any);
  deliver({{101}});
  const auto leave = finish();
  auto again = welcome();
  again.flags = protocol::Welcome::kResumed;
  again.received = 2;  // JOIN and LEAVE
  reconnect(again);
  EXPECT_TRUE(told.finished.empty());
  ack(1, 101);
  EXPECT_EQ(sent().one<protocol::Ack>().entries.front().sequence, 101U);
  receive(protocol::Ok{.request = leave, .positions = {}});
  EXPECT_EQ(told.finished, (Handles{1}));
}

TEST_F(SessionFinish, EndsWithTheSessionAndDoesNotJoinAgain) {
  work_in(GroupOrder::any);
  deliver({{101}});
  finish();
  reconnect();
  EXPECT_EQ(told.finished, (Handles{1}));
  EXPECT_EQ(told.revoked, std::vector{told.work_at(101)});
  EXPECT_TRUE(sent().all<protocol::Join>().empty());
  ack(1, 101);
  EXPECT_EQ(told.settled, (Codes{{1, ErrorCode::stale}}));
}

TEST_F(SessionFinish, EndsWhenADrainedBrokerIsLeft) {
  work_in(GroupOrder::any);
  deliver({{101}});
  finish();
  receive(protocol::Drain{.deadline_ms = 1'000});
  wait(1s);
  EXPECT_EQ(told.finished, (Handles{1}));
}

TEST_F(SessionFinish, EndsAtOnceWithoutASession) {
  session.add(1, membership(GroupOrder::any));
  session.finish_membership(1);
  EXPECT_EQ(told.finished, (Handles{1}));
  connect();
  EXPECT_TRUE(sent().empty());
}

TEST_F(SessionFinish, BeforeItHasBegunItIsNoRefusal) {
  connect();
  session.add(1, membership(GroupOrder::any));
  session.finish_membership(1);
  const auto frame = sent();
  receive(protocol::Error{.request = frame.one<protocol::Join>().request,
                          .command = protocol::CommandType::join,
                          .code = ErrorCode::canceled});
  receive(protocol::Ok{.request = frame.one<protocol::Leave>().request, .positions = {}});
  EXPECT_EQ(told.finished, (Handles{1}));
  EXPECT_TRUE(told.refused.empty());
}

TEST_F(SessionFinish, ADroppedGroupIsARefusalAllTheSame) {
  work_in(GroupOrder::any);
  const auto leave = finish();
  receive(protocol::Error{
      .request = join_request, .command = protocol::CommandType::join, .code = ErrorCode::no_such_group});
  receive(protocol::Ok{.request = leave, .positions = {}});
  EXPECT_EQ(told.refused.at(1), ErrorCode::no_such_group);
  EXPECT_TRUE(told.finished.empty());
}

TEST_F(SessionFinish, AnErrorEndsItToo) {
  work_in(GroupOrder::any);
  deliver({{101}});
  const auto leave = finish();
  receive(
      protocol::Error{.request = leave, .command = protocol::CommandType::leave, .code = ErrorCode::storage_failed});
  EXPECT_EQ(told.finished, (Handles{1}));
  EXPECT_EQ(told.revoked, std::vector{told.work_at(101)});
}

TEST_F(SessionFinish, TheActiveMemberIsToldThatItIsNot) {
  work_in(GroupOrder::exclusive);
  receive(protocol::Role{.handle = 1, .role = protocol::RoleKind::active, .term = 3});
  const auto leave = finish();
  EXPECT_EQ(told.roles.size(), 1U);
  receive(protocol::Ok{.request = leave, .positions = {}});
  ASSERT_EQ(told.roles.size(), 2U);
  EXPECT_FALSE(told.roles.back().second.active);
}

}  // namespace
}  // namespace fanfare::session::test
