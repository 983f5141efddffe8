#include "sdk/session/failure_reply.hpp"
#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {
namespace {

class SessionService : public SessionTest {
 protected:
  void SetUp() override {
    connect();
    serve(1, "svc.>");
    receive(protocol::Ok{.request = sent().one<protocol::Serve>().request});
  }

  void ask(std::uint64_t exchange) {
    protocol::ServiceRequest it;
    it.exchange = exchange;
    it.handle = 1;
    it.remaining_ms = 1'000;
    it.topic = "svc.echo";
    it.publisher = "someone";
    it.content = "hi";
    receive(it);
  }
};

TEST_F(SessionService, AnswersUnderTheBrokersNumber) {
  ask(42);
  ASSERT_EQ(told.requests.size(), 1U);
  EXPECT_EQ(told.requests[0].payload, "hi");
  session.reply(told.requests[0].exchange, {}, "hello", false);
  const auto frame = sent();
  EXPECT_EQ(frame.one<protocol::Reply>().number, 42U);
  EXPECT_EQ(frame.one<protocol::Reply>().content, "hello");
}

TEST_F(SessionService, AnswersOnce) {
  ask(42);
  session.reply(told.requests[0].exchange, {}, "one", false);
  session.reply(told.requests[0].exchange, {}, "two", false);
  EXPECT_EQ(sent().one<protocol::Reply>().content, "one");
}

TEST_F(SessionService, ACanceledRequestIsToldOfAndItsAnswerDropped) {
  ask(42);
  receive(protocol::Cancel{.number = 42});
  EXPECT_EQ(told.ended, std::vector{told.requests[0].exchange});
  session.reply(told.requests[0].exchange, {}, "late", false);
  EXPECT_TRUE(sent().empty());
}

TEST_F(SessionService, ARequestThatWasCanceledBeforeItCameIsNotHandedOver) {
  ask(42);
  receive(protocol::Cancel{.number = 44});  // it overtook two that wait for credit
  ask(43);
  ask(44);
  ask(45);
  EXPECT_EQ(told.requests.size(), 3U);
  EXPECT_TRUE(told.ended.empty());
}

TEST_F(SessionService, ACancelForWhatWasAnsweredMeansNothingLater) {
  ask(42);
  session.reply(told.requests[0].exchange, {}, "done", false);
  receive(protocol::Cancel{.number = 42});
  reconnect();
  ask(42);
  EXPECT_EQ(told.requests.size(), 2U);
}

TEST_F(SessionService, ARefusedAnswerIsNotTakenForThatOfARequest) {
  serve(2, "other.>");
  const auto request = sent().one<protocol::Serve>().request;
  ask(request);
  session.reply(told.requests[0].exchange, {}, "nobody has room for it", false);
  (void)sent();
  receive(protocol::Error{
      .request = request, .command = protocol::CommandType::reply, .code = ErrorCode::overflow, .text = "no room"});
  receive(protocol::Ok{.request = request});
  EXPECT_EQ(told.registered, (std::vector<Handle>{1, 2}));
}

TEST_F(SessionService, AnAnswerFromBeforeALostSessionReachesNobody) {
  ask(42);
  reconnect();
  (void)sent();
  EXPECT_EQ(told.ended.size(), 1U);
  ask(42);
  session.reply(told.requests[0].exchange, {}, "stale", false);
  EXPECT_TRUE(sent().all<protocol::Reply>().empty());
  session.reply(told.requests[1].exchange, {}, "fresh", false);
  EXPECT_EQ(sent().one<protocol::Reply>().content, "fresh");
}

TEST_F(SessionService, IsServedAgainInANewSession) {
  reconnect();
  EXPECT_EQ(sent().one<protocol::Serve>().pattern, "svc.>");
}

TEST_F(SessionService, AnAnswerThatIsTooLargeBecomesAFailure) {
  ask(42);
  session.reply(told.requests[0].exchange, {}, std::string((1U << 20U) + 1, 'x'), false);
  const auto frame = sent();
  EXPECT_NE(frame.one<protocol::Reply>().flags & protocol::Reply::kFailed, 0);
  EXPECT_EQ(frame.one<protocol::Reply>().content, failure_headers(ErrorCode::message_too_large));
}

TEST_F(SessionService, ARequestForOneThatEndedIsRefused) {
  session.remove(1);
  (void)sent();
  ask(42);
  EXPECT_TRUE(told.requests.empty());
  EXPECT_NE(sent().one<protocol::Reply>().flags & protocol::Reply::kFailed, 0);
}

}  // namespace
}  // namespace fanfare::session::test
