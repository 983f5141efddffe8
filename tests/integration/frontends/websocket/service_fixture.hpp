#pragma once
// A broker process, scripted accounts and the service in the test's own process, on a port that the kernel chose.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <sstream>
#include <string>

#include "frontends/websocket/service.hpp"
#include "runtime/config/reader.hpp"
#include "runtime/logging/logger.hpp"
#include "runtime/metrics/metrics.hpp"
#include "tests/integration/frontends/websocket/scripted_accounts.hpp"
#include "tests/integration/frontends/websocket/websocket_client.hpp"
#include "tests/integration/sdk/broker_process.hpp"
#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/shared_log.hpp"

namespace fanfare::test {

using namespace std::chrono_literals;

inline const std::string kAda = "0190a000-0000-7000-8000-00000000000a";
inline const std::string kBob = "0190a000-0000-7000-8000-00000000000b";
inline const std::string kTalk = "0190c000-0000-7000-8000-000000000001";

class ServiceTest : public testing::Test {
 protected:
  void SetUp() override { start(); }
  void TearDown() override { stop(); }

  /// Where the service finds the broker.
  virtual std::string broker_address() { return address.str(); }

  void start() {
    config.broker.listen = broker_address();
    config.frontends.websocket.listen = "127.0.0.1:0";
    service = frontends::websocket::make_service({.config = config, .log = log, .metrics = metrics});
    const auto started = service->start({});
    ASSERT_TRUE(started) << started.error().message;
    // The keys and the subscription to changes are there once somebody gets in.
    accounts.add(kTalk, kAda);
    accounts.add(kTalk, kBob);
    ASSERT_TRUE(eventually(10s, [&] { return log_text.text().find("connected to the broker") != std::string::npos; }));
    ASSERT_TRUE(eventually(10s, [&] { return connects(); }));
  }

  void stop() {
    if (service) service->drain(std::chrono::steady_clock::now() + patient(5s));
    service.reset();
  }

  [[nodiscard]] std::uint16_t port() {
    const auto text = log_text.text();
    const auto at = text.rfind(" port=");
    return static_cast<std::uint16_t>(std::stoi(text.substr(at + 6)));
  }

  bool connects() {
    WebSocketClient client(port());
    client.send(connect_command(kAda));
    const auto reply = client.next();
    return reply && reply->find(R"("connect":)") != std::string::npos;
  }

  std::string connect_command(const std::string& person) {
    return R"({"id":1,"connect":{"token":")" + accounts.token(person) + R"("}})";
  }

  /// A client whose token was taken.
  WebSocketClient connected(const std::string& person, const WebSocketClient::Handshake& handshake = {}) {
    WebSocketClient client(port(), handshake);
    client.send(connect_command(person));
    EXPECT_THAT(client.next().value_or(""), testing::HasSubstr(R"("connect":)"));
    return client;
  }

  static std::string subscribe_command(const std::string& channel, int id = 2) {
    return R"({"id":)" + std::to_string(id) + R"(,"subscribe":{"channel":")" + channel + R"("}})";
  }

  /// Subscribed to the conversation that both are in.
  WebSocketClient listening(const std::string& person, const WebSocketClient::Handshake& handshake = {}) {
    auto client = connected(person, handshake);
    client.send(subscribe_command("chat." + kTalk));
    EXPECT_THAT(client.next().value_or(""), testing::HasSubstr(R"("recoverable":true)"));
    return client;
  }

  TemporaryAddress address;
  BrokerProcess broker{address.str(), address.folder()};
  ScriptedAccounts accounts{address.str()};
  runtime::Config config = runtime::default_config();
  SharedLog log_text;
  std::ostream log_stream{&log_text};
  runtime::Logger log{runtime::LogConfig{}, "websocket", log_stream};
  runtime::Metrics metrics;
  std::unique_ptr<runtime::Service> service;
};

}  // namespace fanfare::test
