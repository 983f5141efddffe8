#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {
namespace {

using SessionConnection = SessionTest;

TEST_F(SessionConnection, GreetsFirstAndIsReadyWhenWelcomed) {
  session.opened(now, 0.5);
  const auto hello = sent();
  EXPECT_EQ(hello.one<protocol::Hello>().name, "test");
  EXPECT_EQ(hello.one<protocol::Hello>().limit, 1U << 20U);
  receive(welcome());
  EXPECT_EQ(told.states.back().connection, Connection::ready);
  EXPECT_EQ(told.states.back().publisher, "local");
  EXPECT_FALSE(told.states.back().resumed);
}

TEST_F(SessionConnection, SendsNothingElseBeforeTheWelcome) {
  publish(1, "a.b", "x");
  session.opened(now, 0.5);
  EXPECT_TRUE(sent().all<protocol::Publish>().empty());
  EXPECT_TRUE(sent().empty());
  receive(welcome());
  EXPECT_EQ(sent().all<protocol::Publish>().size(), 1U);
}

TEST_F(SessionConnection, GivesUpAGreetingThatIsNotAnsweredInTime) {
  session.opened(now, 0.5);
  wait(4999ms);
  EXPECT_TRUE(session.has_connection());
  wait(1ms);
  EXPECT_FALSE(session.has_connection());
  EXPECT_EQ(told.states.back().connection, Connection::reconnecting);
  EXPECT_EQ(told.states.back().code, ErrorCode::unreachable);
}

TEST_F(SessionConnection, WaitsLongerAfterEachFailureUpToFiveSeconds) {
  for (const auto expected : {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms}) {
    session.opened(now, 0.5);
    session.lost(now, Error(ErrorCode::unreachable));
    EXPECT_EQ(told.states.back().retry_in, expected);
    EXPECT_EQ(session.next_deadline(), now + expected);
    wait(expected - 1ms);
    EXPECT_FALSE(session.wants_connection());
    wait(1ms);
    EXPECT_TRUE(session.wants_connection());
  }
}

TEST_F(SessionConnection, ChanceVariesTheWaitByAQuarter) {
  session.opened(now, 0.0);
  session.lost(now, Error(ErrorCode::unreachable));
  EXPECT_EQ(told.states.back().retry_in, 75ms);
  wait(75ms);
  session.opened(now, 1.0);
  session.lost(now, Error(ErrorCode::unreachable));
  EXPECT_EQ(told.states.back().retry_in, 250ms);
}

TEST_F(SessionConnection, ARefusalForGoodEndsEverythingAndTriesNoMore) {
  publish(1, "a.b", "x");
  subscribe(1, "a.>");
  session.opened(now, 0.5);
  receive(protocol::Error{.code = ErrorCode::bad_name, .flags = protocol::Error::kCloses});
  EXPECT_EQ(told.states.back().connection, Connection::refused);
  EXPECT_EQ(told.states.back().code, ErrorCode::bad_name);
  EXPECT_EQ(told.failures.at(1), ErrorCode::bad_name);
  EXPECT_EQ(told.refused.at(1), ErrorCode::bad_name);
  wait(1h);
  EXPECT_FALSE(session.wants_connection());
  publish(2, "a.b", "x");
  EXPECT_EQ(told.failures.at(2), ErrorCode::bad_name);
}

TEST_F(SessionConnection, ARefusalForNowIsTriedAgainWhenTheBrokerSays) {
  session.opened(now, 0.5);
  receive(
      protocol::Error{.code = ErrorCode::too_many_sessions, .flags = protocol::Error::kCloses, .retry_after_ms = 700});
  EXPECT_EQ(told.states.back().connection, Connection::reconnecting);
  EXPECT_EQ(told.states.back().retry_in, 700ms);
}

TEST_F(SessionConnection, PingsAfterSilenceAndGivesUpWhenTheLeaseEnds) {
  connect();
  wait(2999ms);
  EXPECT_TRUE(sent().empty());
  wait(1ms);
  EXPECT_EQ(sent().all<protocol::Ping>().size(), 1U);
  receive(protocol::Pong{.token = 1});
  wait(9999ms);
  EXPECT_TRUE(session.has_connection());
  wait(1ms);
  EXPECT_FALSE(session.has_connection());
  EXPECT_EQ(told.states.back().code, ErrorCode::session_expired);
}

TEST_F(SessionConnection, BytesThatAreNoFrameEndTheConnection) {
  connect();
  session.received("GET / HTTP/1.1", now);
  EXPECT_FALSE(session.has_connection());
  EXPECT_EQ(told.states.back().code, ErrorCode::malformed_frame);
}

TEST_F(SessionConnection, CommandsOfANewerBrokerAreSkipped) {
  connect();
  std::string frame(protocol::kFrameHeader);
  frame += std::string("\x03\0\0\0\xc8hi", 7);
  session.received(frame, now);
  EXPECT_TRUE(session.has_connection());
}

TEST_F(SessionConnection, ADrainingBrokerIsLeftWhenNothingIsOpen) {
  connect();
  publish(1, "a.b", "x");
  const auto number = sent().one<protocol::Publish>().request;
  publish(2, "a.b", "y");
  receive(protocol::Drain{.deadline_ms = 1'000});
  EXPECT_TRUE(sent().empty());
  receive(protocol::Puback{{{.first = number, .count = 1}}});
  EXPECT_FALSE(session.has_connection());
  EXPECT_EQ(told.states.back().code, ErrorCode::draining);
  EXPECT_FALSE(told.failures.contains(2));
}

TEST_F(SessionConnection, ABrokerThatDrainsIsAskedAgainUntilItIsAnother) {
  connect();
  receive(protocol::Drain{.deadline_ms = 1'000});
  EXPECT_FALSE(session.has_connection());
  for (int i = 0; i < 3; ++i) {
    wait(10s);
    session.opened(now, 0.5);
    EXPECT_EQ(sent().one<protocol::Hello>().flags, 0) << "there is nothing to resume";
    receive(protocol::Error{.code = ErrorCode::draining, .flags = protocol::Error::kCloses});
    EXPECT_EQ(told.states.back().connection, Connection::reconnecting);
  }
  wait(10s);
  connect();
  EXPECT_EQ(told.states.back().connection, Connection::ready);
  EXPECT_FALSE(told.states.back().resumed);
}

TEST_F(SessionConnection, QueriesAreAnsweredPageByPage) {
  connect();
  session.query(7, protocol::QueryKind::sessions, now + 5s);
  const auto row = [](const std::string& name) {
    const auto headers = protocol::encode_headers({{"name", name}});
    return std::string({static_cast<char>(headers.size()), '\0'}) + headers;
  };
  const auto first = row("a");
  const auto second = row("b");
  protocol::Page page;
  page.request = sent().one<protocol::Query>().request;
  page.kind = protocol::PageKind::rows;
  page.next = "more";
  page.count = 1;
  page.content = std::string_view(first);
  receive(page);
  const auto next = sent();
  EXPECT_EQ(next.one<protocol::Query>().cursor, "more");
  page.request = next.one<protocol::Query>().request;
  page.flags = protocol::Page::kLast;
  page.content = std::string_view(second);
  receive(page);
  ASSERT_EQ(told.rows.at(7).size(), 2U);
  EXPECT_EQ(told.rows.at(7)[1].at("name"), "b");
}

}  // namespace
}  // namespace fanfare::session::test
