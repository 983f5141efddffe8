#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {
namespace {

using SessionClose = SessionTest;

TEST_F(SessionClose, SendsWhatWaitsAndSaysGoodbyeWhenAllIsAcknowledged) {
  connect();
  publish(1, "a.b", "x");
  session.close(now, now + 5s);
  const auto frame = sent();
  EXPECT_TRUE(frame.all<protocol::Bye>().empty());
  receive(protocol::Puback{{{.first = frame.one<protocol::Publish>().request, .count = 1}}});
  EXPECT_TRUE(sent().empty());
  receive(protocol::Credit{.received = 1, .limit = 1U << 21U});
  EXPECT_EQ(sent().all<protocol::Bye>().size(), 1U);
  EXPECT_TRUE(session.finished());
  EXPECT_EQ(told.states.back().connection, Connection::closed);
  EXPECT_EQ(told.acks.size(), 1U);
}

TEST_F(SessionClose, AtItsDeadlineWhatIsOpenFails) {
  connect();
  publish(1, "a.b", "x");
  (void)sent();
  session.lost(now, Error(ErrorCode::unreachable));
  publish(2, "a.b", "x");
  session.close(now, now + 2s);
  EXPECT_FALSE(session.finished());
  wait(2s);
  EXPECT_TRUE(session.finished());
  EXPECT_EQ(told.failures.at(1), ErrorCode::outcome_unknown);
  EXPECT_EQ(told.failures.at(2), ErrorCode::not_sent);
}

TEST_F(SessionClose, WithoutASessionAndNothingToSayItIsDoneAtOnce) {
  session.close(now, now + 5s);
  EXPECT_TRUE(session.finished());
}

TEST_F(SessionClose, AfterwardsEverythingFails) {
  session.close(now, now + 5s);
  publish(1, "a.b", "x");
  request(2, "a.b", "x");
  subscribe(3, "a.b");
  session.query(4, protocol::QueryKind::broker, now + 1s);
  EXPECT_EQ(told.failures.at(1), ErrorCode::closed);
  EXPECT_EQ(told.failures.at(2), ErrorCode::closed);
  EXPECT_EQ(told.refused.at(3), ErrorCode::closed);
  EXPECT_EQ(told.failures.at(4), ErrorCode::closed);
}

}  // namespace
}  // namespace fanfare::session::test
