#include "frontends/websocket/server/server.hpp"

#include <gtest/gtest.h>

#include "tests/integration/frontends/websocket/lone_server.hpp"
#include "tests/integration/frontends/websocket/websocket_client.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;

const std::string kConnect = R"({"id":1,"connect":{"token":"ada"}})";

TEST(WebSocketServer, AConnectionThatSaysNothingIsDropped) {
  LoneServer server({.server = {.handshake = 100ms}});
  EXPECT_EQ(talk(server.port(), ""), "");
  EXPECT_EQ(talk(server.port(), "GET /livez HT"), "");
  EXPECT_TRUE(eventually(5s, [&] { return server.has(0); }));
}

TEST(WebSocketServer, ASocketWithoutATokenIsClosed) {
  LoneServer server({.session = {.connect = 0s}});
  EXPECT_EQ(WebSocketClient(server.port()).wait_close(), 3502U);
}

TEST(WebSocketServer, AHalfOpenConnectionIsFoundOut) {
  LoneServer server({.session = {.ping = 0s, .pong = 1s}, .server = {.close = 200ms}});
  WebSocketClient client(server.port());
  ASSERT_TRUE(client.send(kConnect));
  // It does not read, as one whose network is gone: no answer to the ping, none to the goodbye.
  EXPECT_TRUE(eventually(5s, [&] { return server.has(1); }));
  EXPECT_TRUE(eventually(5s, [&] { return server.has(0); }));
}

TEST(WebSocketServer, ConnectionsBeyondTheBoundAreRefused) {
  LoneServer server({.seats = {.all = 2}});
  WebSocketClient first(server.port());
  {
    const WebSocketClient second(server.port());
    EXPECT_EQ(second.status(), 101U);
    EXPECT_EQ(talk(server.port(), "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"), "");
  }
  EXPECT_TRUE(eventually(5s, [&] { return WebSocketClient(server.port()).status() == 101U; }));
}

TEST(WebSocketServer, TheEndIsToldToAll) {
  LoneServer server({});
  WebSocketClient client(server.port());
  ASSERT_TRUE(client.send(kConnect));
  ASSERT_TRUE(client.next());
  std::jthread stopping([&] { server.stop(); });
  EXPECT_EQ(client.wait_close(), 3001U);
}

TEST(WebSocketServer, TheEndDoesNotWaitForWhoDoesNotAnswer) {
  LoneServer server({.server = {.close = 200ms}});
  WebSocketClient client(server.port());
  ASSERT_TRUE(client.send(kConnect));
  ASSERT_TRUE(client.next());
  const auto start = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, patient(3s));
}

TEST(WebSocketServer, WhoSendsTooMuchIsReadLessOften) {
  LoneServer server({.session = {.byte_burst = 10'000, .bytes = 20'000}});
  WebSocketClient client(server.port());
  ASSERT_TRUE(client.send(kConnect));
  ASSERT_TRUE(client.next());
  const std::string large = R"({"id":2,"ping":{"x":")" + std::string(10'000, 'x') + R"("}})";
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.send(large));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.next());
  EXPECT_GT(std::chrono::steady_clock::now() - start, 400ms)
      << "20 kB beyond the burst, of which the last 10 wait behind";
}

TEST(WebSocketServer, AnAddressInUseIsSaid) {
  LoneServer first({});
  frontends::websocket::server::IoThread io;
  runtime::Logger log{runtime::LogConfig{}, "websocket"};
  runtime::Metrics metrics;
  for (const std::string& listen : {"127.0.0.1:" + std::to_string(first.port()), std::string("nowhere.invalid:1")}) {
    frontends::websocket::server::Server server(io, log, metrics, {}, {.listen = listen});
    const auto started = server.start();
    ASSERT_FALSE(started);
    EXPECT_TRUE(started.error().message.starts_with("can't listen at " + listen)) << started.error().message;
  }
}

}  // namespace
}  // namespace fanfare::test
