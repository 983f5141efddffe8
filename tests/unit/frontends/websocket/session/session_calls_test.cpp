#include "tests/unit/frontends/websocket/session/session_fixture.hpp"

namespace fanfare::frontends::websocket::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SessionCalls : public SessionTest {
 protected:
  void SetUp() override { connect(); }

  void publish(const std::string& channel, const std::string& data = "{}") {
    session->received(R"({"id":5,"publish":{"channel":")" + channel + R"(","data":)" + data + "}}");
  }
};

TEST_F(SessionCalls, AnRpcIsMadeForThePersonOfTheToken) {
  session->received(R"({"id":5,"rpc":{"method":"conversations.list","data":{"limit":1}}})");
  EXPECT_EQ(answer<std::string>(backend.calls, std::string(R"({"conversations":[]})")),
            kAda + R"( conversations.list {"limit":1})");
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"id":5,"rpc":{"data":{"conversations":[]}}})"));
}

TEST_F(SessionCalls, ARefusedRpcSaysWhy) {
  session->received(R"({"id":5,"rpc":{"method":"x"}})");
  answer<std::string>(backend.calls, protocol::Refusal{protocol::kMethodNotFound, "no such method"});
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"id":5,"error":{"code":104,"message":"no such method"}})"));
}

TEST_F(SessionCalls, CallsAtOnceAreBounded) {
  for (std::size_t i = 0; i <= Limits{}.open_calls; ++i) session->received(R"({"id":5,"rpc":{"method":"x"}})");
  EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"("code":111)")));
  answer<std::string>(backend.calls, std::string("{}"));
  session->received(R"({"id":6,"rpc":{"method":"x"}})");
  EXPECT_EQ(outlet.lines.size(), 1U);
}

TEST_F(SessionCalls, ACallWithoutAnAnswerIsGivenUp) {
  session->received(R"({"id":5,"rpc":{"method":"x"}})");
  pass(15s);
  EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"({"id":5,"error":{"code":100)")));
  answer<std::string>(backend.calls, std::string("{}"));
  EXPECT_THAT(outlet.take(), IsEmpty());
}

TEST_F(SessionCalls, AMemberMayTellThatTheyAreTyping) {
  publish("typing." + kTalk);
  EXPECT_EQ(answer<void>(backend.members, {}), kAda + " " + kTalk);
  EXPECT_EQ(answer<void>(backend.published, {}), kAda + " " + kTalk);
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"id":5,"publish":{}})"));
}

TEST_F(SessionCalls, OthersMayNot) {
  publish("typing." + kTalk);
  answer<void>(backend.members, protocol::Refusal{protocol::kPermissionDenied, "not a member"});
  EXPECT_THAT(outlet.lines, ElementsAre(HasSubstr(R"("code":103)")));
  EXPECT_THAT(backend.published, IsEmpty());
}

TEST_F(SessionCalls, NothingElseCanBePublished) {
  for (const std::string& channel : {"chat." + kTalk, "user." + kAda, std::string("$sys.event.x")}) {
    publish(channel);
    EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"("code":103)"))) << channel;
  }
  publish("orders.1");
  EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"("code":102)")));
  publish("typing." + kTalk, R"({"text":"x"})");
  EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"("code":107)")));
}

TEST_F(SessionCalls, WhatIsNotServedSaysSo) {
  session->received(R"({"id":5,"history":{"channel":"x"}})");
  EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"("code":108)")));
  session->received(R"({"send":{"data":{}}})");
  EXPECT_THAT(outlet.take(), IsEmpty());
  EXPECT_FALSE(outlet.closed);
}

}  // namespace
}  // namespace fanfare::frontends::websocket::session
