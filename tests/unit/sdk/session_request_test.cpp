#include "sdk/session/failure_reply.hpp"
#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {
namespace {

using SessionRequest = SessionTest;

TEST_F(SessionRequest, GetsItsReply) {
  connect();
  request(1, "svc.echo", "hi", 2s);
  const auto frame = sent();
  const auto out = frame.one<protocol::Request>();
  EXPECT_EQ(out.topic, "svc.echo");
  EXPECT_EQ(out.timeout_ms, 2'000U);
  const auto headers = protocol::encode_headers({{"a", "b"}});
  const auto content = headers + "hello";
  receive(protocol::Reply{.number = out.request,
                          .headers_size = static_cast<std::uint16_t>(headers.size()),
                          .content = std::string_view(content)});
  EXPECT_EQ(told.replies.at(1).payload, "hello");
  EXPECT_EQ(told.replies.at(1).headers.at("a"), "b");
}

TEST_F(SessionRequest, FailsWithTheBrokersCode) {
  connect();
  request(1, "svc.echo", "hi");
  receive(protocol::Error{.request = sent().one<protocol::Request>().request, .code = ErrorCode::no_service});
  EXPECT_EQ(told.failures.at(1), ErrorCode::no_service);
}

TEST_F(SessionRequest, FailsWithTheServicesCode) {
  connect();
  request(1, "svc.echo", "hi");
  const auto headers = failure_headers(ErrorCode::permission_denied);
  receive(protocol::Reply{.number = sent().one<protocol::Request>().request,
                          .flags = protocol::Reply::kFailed,
                          .headers_size = static_cast<std::uint16_t>(headers.size()),
                          .content = std::string_view(headers)});
  EXPECT_EQ(told.failures.at(1), ErrorCode::permission_denied);
  request(2, "svc.echo", "hi");
  receive(protocol::Reply{.number = sent().one<protocol::Request>().request,
                          .flags = protocol::Reply::kFailed,
                          .content = std::string_view("broken")});
  EXPECT_EQ(told.failures.at(2), ErrorCode::service_failed);
}

TEST_F(SessionRequest, ThatWasSentHasAnUnknownOutcomeWhenTheSessionIsLost) {
  connect();
  request(1, "svc.echo", "hi", 1min);
  (void)sent();
  request(2, "svc.echo", "later", 1min);
  reconnect();
  EXPECT_EQ(told.failures, (std::map<Ticket, ErrorCode>{{1, ErrorCode::outcome_unknown}}));
  EXPECT_EQ(sent().one<protocol::Request>().content, "later");
}

TEST_F(SessionRequest, ThatNeverLeftIsNotSentWhenItsTimeIsOver) {
  request(1, "svc.echo", "hi", 2s);
  EXPECT_EQ(session.next_deadline(), now + 2s);
  wait(2s);
  EXPECT_EQ(told.failures.at(1), ErrorCode::not_sent);
}

TEST_F(SessionRequest, ThatWasSentPassesItsDeadlineWithoutTheBrokersHelp) {
  connect();
  request(1, "svc.echo", "hi", 2s);
  (void)sent();
  wait(2s);
  EXPECT_EQ(told.failures.at(1), ErrorCode::deadline_exceeded);
}

TEST_F(SessionRequest, CanBeTakenBack) {
  connect();
  request(1, "svc.echo", "hi");
  const auto number = sent().one<protocol::Request>().request;
  session.cancel(1);
  EXPECT_EQ(told.failures.at(1), ErrorCode::canceled);
  EXPECT_EQ(sent().one<protocol::Cancel>().number, number);
  receive(protocol::Error{.request = number, .code = ErrorCode::canceled});
  EXPECT_EQ(told.failures.size(), 1U);
}

TEST_F(SessionRequest, GoesBeforePublishesThatWait) {
  auto with = welcome();
  with.limit = 200;
  connect(with);
  publish(1, "a.b", std::string(150, 'x'));
  (void)sent();
  publish(2, "a.b", std::string(50, 'x'));
  request(3, "svc.echo", "hi");
  receive(protocol::Credit{.received = 0, .limit = 300});
  const auto frame = sent();
  EXPECT_EQ(frame.all<protocol::Request>().size(), 1U);
  EXPECT_TRUE(frame.all<protocol::Publish>().empty());
}

TEST_F(SessionRequest, WithABadTopicIsNotSent) {
  connect();
  request(1, "svc.*", "hi");
  EXPECT_TRUE(sent().empty());
  EXPECT_EQ(told.failures.at(1), ErrorCode::bad_topic);
}

}  // namespace
}  // namespace fanfare::session::test
