#include "tests/unit/sdk/session_work_fixture.hpp"

namespace fanfare::session::test {
namespace {

class SessionManage : public SessionWorkTest {
 protected:
  void retry(Ticket ticket, Duration timeout = 5s) {
    session.manage(ticket, {.action = protocol::ManageAction::retry_dead,
                            .group = "work",
                            .sequences = {3, 4},
                            .deadline = now + timeout});
  }
};

TEST_F(SessionManage, SaysWhatIsAskedAndTellsTheAnswer) {
  connect();
  retry(1);
  const auto frame = sent();
  const auto it = frame.one<protocol::Manage>();
  EXPECT_EQ(it.action, protocol::ManageAction::retry_dead);
  EXPECT_EQ(it.group, "work");
  EXPECT_EQ(it.sequences, (Sequences{3, 4}));
  receive(protocol::Ok{.request = it.request, .positions = {}});
  EXPECT_EQ(told.managed, (Codes{{1, std::nullopt}}));
}

TEST_F(SessionManage, ARefusalIsTold) {
  connect();
  retry(1);
  receive(protocol::Error{.request = sent().one<protocol::Manage>().request,
                          .command = protocol::CommandType::manage,
                          .code = ErrorCode::no_such_group});
  EXPECT_EQ(told.managed, (Codes{{1, ErrorCode::no_such_group}}));
}

TEST_F(SessionManage, WaitsForASession) {
  retry(1);
  connect();
  EXPECT_EQ(sent().all<protocol::Manage>().size(), 1U);
}

TEST_F(SessionManage, WithoutASessionInTimeItWasNotDone) {
  retry(1);
  wait(5s);
  EXPECT_EQ(told.managed, (Codes{{1, ErrorCode::not_sent}}));
  connect();
  EXPECT_TRUE(sent().all<protocol::Manage>().empty());
}

TEST_F(SessionManage, WithoutAnAnswerInTimeItMayHaveBeenDone) {
  connect();
  retry(1);
  const auto it = sent().one<protocol::Manage>();
  wait(5s);
  EXPECT_EQ(told.managed, (Codes{{1, ErrorCode::deadline_exceeded}}));
  receive(protocol::Ok{.request = it.request, .positions = {}});
  EXPECT_EQ(told.managed.size(), 1U);
}

TEST_F(SessionManage, ALostSessionLeavesItUnknownAndNothingIsSaidTwice) {
  connect();
  retry(1, 1min);
  (void)sent();
  reconnect();
  EXPECT_EQ(told.managed, (Codes{{1, ErrorCode::outcome_unknown}}));
  EXPECT_TRUE(sent().all<protocol::Manage>().empty());
}

TEST_F(SessionManage, HasABound) {
  for (Ticket ticket = 1; ticket <= GroupActions::kMost + 1; ++ticket) retry(ticket);
  EXPECT_EQ(told.managed, (Codes{{GroupActions::kMost + 1, ErrorCode::too_many_requests}}));
}

TEST_F(SessionManage, AClosedClientLeavesNoneOpen) {
  retry(1);
  session.close(now, now);
  retry(2);
  EXPECT_EQ(told.managed, (Codes{{1, ErrorCode::not_sent}, {2, ErrorCode::closed}}));
}

}  // namespace
}  // namespace fanfare::session::test
