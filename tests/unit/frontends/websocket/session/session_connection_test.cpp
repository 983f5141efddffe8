#include "tests/unit/frontends/websocket/session/session_fixture.hpp"

namespace fanfare::frontends::websocket::session {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SessionConnection : public SessionTest {};

TEST_F(SessionConnection, AGoodTokenConnects) {
  session->received(R"({"id":1,"connect":{"token":"good"}})");
  EXPECT_EQ(answer<Identity>(backend.tokens, Identity{kAda, expiry(900s)}), "good");
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"id":1,"connect":{"client":"client-1","version":"fanfare 0.1.0",)"
                                        R"("expires":true,"ttl":900,"ping":25,"pong":true}})"));
  EXPECT_EQ(session->person(), kAda);
}

TEST_F(SessionConnection, WithoutATokenItIsUnauthorized) {
  session->received(R"({"id":1,"connect":{}})");
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"id":1,"error":{"code":101,"message":"no access token: log in first"}})"));
  EXPECT_THAT(backend.tokens, IsEmpty());
}

TEST_F(SessionConnection, ATokenThatIsOverIsRefusedAndANewOneTaken) {
  session->received(R"({"id":1,"connect":{"token":"old"}})");
  answer<Identity>(backend.tokens, protocol::Refusal{protocol::kTokenExpired, "refresh the access token"});
  EXPECT_THAT(outlet.take(), ElementsAre(R"({"id":1,"error":{"code":109,"message":"refresh the access token"}})"));
  session->received(R"({"id":2,"connect":{"token":"new"}})");
  EXPECT_EQ(answer<Identity>(backend.tokens, Identity{kAda, expiry(900s)}), "new");
  EXPECT_EQ(outlet.lines.size(), 1U);
}

TEST_F(SessionConnection, WhatComesWhileTheTokenIsCheckedIsDoneAfterwards) {
  session->received("{\"id\":1,\"connect\":{\"token\":\"good\"}}\n{\"id\":2,\"ping\":{}}");
  EXPECT_THAT(outlet.lines, IsEmpty());
  answer<Identity>(backend.tokens, Identity{kAda, expiry(900s)});
  ASSERT_EQ(outlet.lines.size(), 2U);
  EXPECT_EQ(outlet.lines.back(), R"({"id":2,"ping":{}})");
}

TEST_F(SessionConnection, AnythingBeforeConnectClosesIt) {
  subscribe("chat." + kTalk);
  EXPECT_EQ(outlet.closed, protocol::kBadFrame);
}

TEST_F(SessionConnection, ConnectingTwiceClosesIt) {
  connect();
  session->received(R"({"id":2,"connect":{"token":"good"}})");
  EXPECT_EQ(outlet.closed, protocol::kBadFrame);
}

TEST_F(SessionConnection, GarbageClosesIt) {
  connect();
  session->received("hello");
  EXPECT_EQ(outlet.closed, protocol::kBadFrame);
  session->received(R"({"id":3,"ping":{}})");
  EXPECT_THAT(outlet.lines, IsEmpty());
}

TEST_F(SessionConnection, WhoDoesNotConnectInTimeIsClosed) {
  pass(9s);
  EXPECT_FALSE(outlet.closed);
  pass(1s);
  EXPECT_EQ(outlet.closed, protocol::kStale);
}

TEST_F(SessionConnection, PingsGoOutAndAreToBeAnswered) {
  connect();
  pass(25s);
  EXPECT_THAT(outlet.take(), ElementsAre("{}"));
  session->received("{}");
  pass(25s);
  EXPECT_THAT(outlet.take(), ElementsAre("{}"));
  EXPECT_FALSE(outlet.closed);
  pass(10s);
  EXPECT_EQ(outlet.closed, protocol::kNoPong);
}

TEST_F(SessionConnection, ItEndsAWhileAfterItsToken) {
  session->received(R"({"id":1,"connect":{"token":"good"}})");
  answer<Identity>(backend.tokens, Identity{kAda, expiry(5s)});
  pass(29s);
  EXPECT_FALSE(outlet.closed);
  session->received("{}");
  pass(1s);
  EXPECT_EQ(outlet.closed, protocol::kExpired);
}

TEST_F(SessionConnection, ANewTokenKeepsIt) {
  session->received(R"({"id":1,"connect":{"token":"good"}})");
  answer<Identity>(backend.tokens, Identity{kAda, expiry(5s)});
  outlet.take();
  session->received(R"({"id":2,"refresh":{"token":"newer"}})");
  EXPECT_EQ(answer<Identity>(backend.tokens, Identity{kAda, expiry(60s)}), "newer");
  EXPECT_THAT(outlet.take(), ElementsAre(R"({"id":2,"refresh":{"expires":true,"ttl":60}})"));
  pass(30s);
  session->received("{}");
  pass(5s);
  EXPECT_FALSE(outlet.closed);
}

TEST_F(SessionConnection, SomebodyElsesTokenClosesIt) {
  connect();
  session->received(R"({"id":2,"refresh":{"token":"bobs"}})");
  answer<Identity>(backend.tokens, Identity{kBob, expiry(60s)});
  EXPECT_EQ(outlet.closed, protocol::kInvalidToken);
}

TEST_F(SessionConnection, AnAnswerAfterTheEndIsDropped) {
  session->received(R"({"id":1,"connect":{"token":"good"}})");
  session->close(protocol::kShutdown);
  answer<Identity>(backend.tokens, Identity{kAda, expiry(60s)});
  EXPECT_THAT(outlet.lines, IsEmpty());
}

TEST_F(SessionConnection, TooManyCommandsAreRefusedForAWhile) {
  connect();
  for (int i = 0; i < 700; ++i) session->received(R"({"id":9,"ping":{}})");
  EXPECT_EQ(std::ranges::count(outlet.lines, R"({"id":9,"ping":{}})"), 599);
  EXPECT_THAT(outlet.lines.back(), testing::HasSubstr(R"("code":111)"));
  outlet.take();
  pass(1s);
  session->received(R"({"id":10,"ping":{}})");
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"id":10,"ping":{}})"));
}

TEST_F(SessionConnection, TooManyBytesMakeTheSocketWait) {
  connect();
  const std::string large = R"({"id":9,"ping":{"x":")" + std::string(60'000, 'x') + R"("}})";
  std::chrono::milliseconds pause{};
  for (int i = 0; i < 8; ++i) pause = session->received(large);
  EXPECT_EQ(pause, 0ms);
  for (int i = 0; i < 2; ++i) pause = session->received(large);
  EXPECT_GT(pause, 100ms);
  EXPECT_LT(pause, 2s);
}

}  // namespace
}  // namespace fanfare::frontends::websocket::session
