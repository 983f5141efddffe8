#include "tests/integration/frontends/websocket/service_fixture.hpp"

namespace fanfare::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class WebSocketHostileClients : public ServiceTest {};

TEST_F(WebSocketHostileClients, APageOfAnotherOriginIsRefusedAndTheLogSaysWhatToAdd) {
  WebSocketClient client(port(), {.origin = "https://evil.example"});
  EXPECT_EQ(client.status(), 403U);
  EXPECT_TRUE(eventually(2s, [&] {
    return log_text.text().find(R"(frontends.websocket.origins: [self, \"https://evil.example\"])") !=
           std::string::npos;
  })) << log_text.text();
}

TEST_F(WebSocketHostileClients, TheOwnPageMayConnectByAnyLoopbackName) {
  for (const char* origin : {"http://127.0.0.1:8080", "http://localhost:8080"}) {
    EXPECT_EQ(WebSocketClient(port(), {.origin = origin, .host = "localhost"}).status(), 101U) << origin;
  }
  EXPECT_EQ(WebSocketClient(port(), {.origin = "http://127.0.0.1:9999"}).status(), 403U);
  EXPECT_EQ(WebSocketClient(port(), {.origin = "null"}).status(), 403U);
}

TEST_F(WebSocketHostileClients, WithoutATokenNobodyConnects) {
  WebSocketClient client(port());
  client.send(R"({"id":1,"connect":{}})");
  EXPECT_THAT(client.next().value_or(""), HasSubstr(R"("code":101)"));
  client.send(R"({"id":2,"connect":{"token":"a.b.c"}})");
  EXPECT_THAT(client.next().value_or(""), HasSubstr(R"("code":101)"));
}

TEST_F(WebSocketHostileClients, ATokenThatIsOverIsToldSo) {
  WebSocketClient client(port());
  client.send(R"({"id":1,"connect":{"token":")" + accounts.token(kAda, -1s) + R"("}})");
  EXPECT_THAT(client.next().value_or(""), HasSubstr(R"("code":109)"));
}

TEST_F(WebSocketHostileClients, SomebodyElsesConversationIsClosed) {
  auto ada = connected(kAda);
  ada.send(subscribe_command("chat.0190c000-0000-7000-8000-00000000ffff"));
  EXPECT_THAT(ada.next().value_or(""), HasSubstr(R"("code":103)"));
  ada.send(subscribe_command("nonsense"));
  EXPECT_THAT(ada.next().value_or(""), HasSubstr(R"("code":102)"));
}

TEST_F(WebSocketHostileClients, GarbageEndsTheConnectionForGood) {
  for (const char* garbage : {"hello", "[]", R"({"id":1})", R"({"id":1,"subscribe":{"channel":"x"}})"}) {
    WebSocketClient client(port());
    client.send(garbage);
    EXPECT_EQ(client.wait_close(), 3501U) << garbage;
  }
  WebSocketClient client(port());
  client.send_binary("\x01\x02");
  EXPECT_EQ(client.wait_close(), 3501U);
  EXPECT_TRUE(connects());
}

TEST_F(WebSocketHostileClients, AFrameThatIsTooLargeEndsTheConnection) {
  auto ada = connected(kAda);
  ada.send(std::string((64U << 10U) + 1, ' '));
  EXPECT_EQ(ada.wait_close(), 1009U);
  EXPECT_TRUE(connects());
}

TEST_F(WebSocketHostileClients, WhatIsNoWebSocketHandshakeIsAnsweredAndClosed) {
  EXPECT_THAT(talk(port(), "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(talk(port(), "GET /else HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(talk(port(), "GET /connection/websocket HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 426 "));
  EXPECT_THAT(talk(port(), "POST /connection/websocket HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 426 "));
  EXPECT_THAT(talk(port(), "\x16\x03\x01 hello\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(talk(port(), "GET /livez HTTP/1.1\r\nX: " + std::string(10'000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_TRUE(connects());
}

TEST_F(WebSocketHostileClients, WhoDoesNotReadIsClosedAsSlowWhileOthersGoOn) {
  auto slow = listening(kBob, {.receive_buffer = 4096});
  auto quick = listening(kAda);
  const std::string payload = R"({"x":")" + std::string(8'000, 'x') + R"("})";
  constexpr int kMessages = 200;  // 1.6 MB: the kernel's buffers and the queue hold less
  for (int i = 0; i < kMessages; ++i) {
    accounts.client().publish("chat." + kTalk, payload).get();
    ASSERT_TRUE(quick.next()) << i;
  }
  EXPECT_EQ(slow.wait_close(), 3008U);
}

TEST_F(WebSocketHostileClients, WhoNeverReadsIsCutOff) {
  auto slow = listening(kBob, {.receive_buffer = 4096});
  auto quick = listening(kAda);
  const std::string payload = R"({"x":")" + std::string(8'000, 'x') + R"("})";
  for (int i = 0; i < 200; ++i) {
    accounts.client().publish("chat." + kTalk, payload).get();
    ASSERT_TRUE(quick.next()) << i;
  }
  const auto connections = [&] { return metrics.serialize().find("fanfare_websocket_connections 1\n"); };
  EXPECT_TRUE(eventually(20s, [&] { return connections() != std::string::npos; })) << metrics.serialize();
}

}  // namespace
}  // namespace fanfare::test
