// The npm client `centrifuge`, which browsers use, against the shipped program.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/integration/frontends/websocket/lone_server.hpp"
#include "tests/integration/frontends/websocket/node_script.hpp"
#include "tests/integration/frontends/websocket/scripted_accounts.hpp"
#include "tests/integration/frontends/websocket/websocket_program.hpp"
#include "tests/integration/sdk/broker_process.hpp"
#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kPerson = "0190a000-0000-7000-8000-00000000000a";
const std::string kConversation = "0190c000-0000-7000-8000-000000000001";
const std::string kChannel = "chat." + kConversation;

class CentrifugeClient : public testing::Test {
 protected:
  void SetUp() override { accounts.add(kConversation, kPerson); }

  void publish(const std::string& data) { stored(data); }

  Position stored(const std::string& data) {
    return accounts.client().publish(kChannel, data, {.actor = kPerson}).get().position;
  }

  TemporaryAddress address;
  BrokerProcess broker{address.str(), address.folder()};
  ScriptedAccounts accounts{address.str()};
  WebSocketProgram program{address.str()};
};

TEST_F(CentrifugeClient, DoesWhatAChatPageDoes) {
  NodeScript page({"chat", program.url(), kChannel, accounts.token(kPerson)});
  EXPECT_EQ(page.wait_for("subscribed"), "subscribed " + kChannel + " recoverable true") << page.output();
  for (int i = 1; i <= 3; ++i) publish(R"({"n":)" + std::to_string(i) + "}");
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(page.wait_for("publication"), R"(publication {"data":{"n":)" + std::to_string(i) + R"(},"offset":)" +
                                                std::to_string(i) + R"(,"user":")" + kPerson +
                                                R"(","tags":["epoch","id","timestamp"]})");
  }
  EXPECT_EQ(page.wait_end(), 0);
  EXPECT_THAT(page.output(), HasSubstr(R"("client_id":"one")"));
  EXPECT_THAT(page.output(), HasSubstr(R"("text":"from the page"},"offset":4)"));
  EXPECT_THAT(page.output(),
              HasSubstr("unknown method 104\npublish to chat 103\npublish to typing none\nhistory 108\n"));
  EXPECT_THAT(page.output(), HasSubstr("resubscribed " + kChannel));
  EXPECT_THAT(page.output(), HasSubstr("disconnected 0 "));
}

TEST_F(CentrifugeClient, ComesBackAfterTheServerWasKilled) {
  NodeScript page({"stay", program.url(), kChannel, accounts.token(kPerson)});
  ASSERT_THAT(page.wait_for("subscribed"), StartsWith("subscribed")) << page.output();
  publish(R"({"n":1})");
  EXPECT_THAT(page.wait_for("publication"), HasSubstr(R"("n":1)"));
  program.kill();
  EXPECT_THAT(page.wait_for("connecting"), HasSubstr("transport closed"));
  publish(R"({"n":2})");
  program.start();
  EXPECT_THAT(page.wait_for("subscribed"), HasSubstr("recovered true")) << page.output();
  EXPECT_THAT(page.wait_for("publication"), HasSubstr(R"("n":2)"));
  EXPECT_EQ(page.wait_end(), 0) << page.output();
}

TEST_F(CentrifugeClient, GetsWhatItMissedWhileItWasAway) {
  NodeScript page({"leave", program.url(), kChannel, accounts.token(kPerson)});
  ASSERT_THAT(page.wait_for("subscribed"), StartsWith("subscribed")) << page.output();
  publish(R"({"n":1})");
  ASSERT_EQ(page.wait_for("away"), "away") << page.output();
  for (int i = 2; i <= 6; ++i) publish(R"({"n":)" + std::to_string(i) + "}");
  EXPECT_THAT(page.wait_for("subscribed"), HasSubstr("recovered true")) << page.output();
  publish(R"({"n":7})");
  EXPECT_EQ(page.wait_end(), 0) << page.output();
  std::string numbers;
  for (auto at = page.output().find(R"("n":)"); at != std::string::npos; at = page.output().find(R"("n":)", at + 1)) {
    numbers += page.output()[at + 4];
  }
  EXPECT_EQ(numbers, "1234567") << page.output();
}

TEST_F(CentrifugeClient, GoesOnFromThePositionOfAnAnswer) {
  const auto first = stored(R"({"n":1})");
  stored(R"({"n":2})");
  NodeScript page({"since", program.url(), kChannel, accounts.token(kPerson), first.epoch.to_string(),
                   std::to_string(first.sequence)});
  EXPECT_EQ(page.wait_end(), 0) << page.output();
  EXPECT_THAT(page.output(), HasSubstr("recovered true"));
  EXPECT_THAT(page.output(), HasSubstr(R"("n":2)"));
  EXPECT_THAT(page.output(), Not(HasSubstr(R"("n":1)")));
}

TEST_F(CentrifugeClient, LoadsAgainWhatItCannotGoOnFrom) {
  const auto first = stored(R"({"n":1})");
  NodeScript page({"load", program.url(), kChannel, accounts.token(kPerson), first.epoch.to_string(),
                   std::to_string(first.sequence)});
  EXPECT_EQ(page.wait_end(), 0) << page.output();
  EXPECT_THAT(page.output(),
              AllOf(HasSubstr("load\nconnected"), HasSubstr("\nload\nsubscribed "), HasSubstr("recovered true")));
}

TEST_F(CentrifugeClient, IsToldWhenTooMuchWasMissed) {
  const auto first = stored(R"({"n":1})");
  for (int i = 0; i < 510; ++i) accounts.client().publish(kChannel, "{}");
  stored(R"({"n":2})");
  NodeScript page({"since", program.url(), kChannel, accounts.token(kPerson), first.epoch.to_string(),
                   std::to_string(first.sequence)});
  EXPECT_EQ(page.wait_end(), 0) << page.output();
  EXPECT_THAT(page.output(), HasSubstr("recovered false"));
  EXPECT_THAT(page.output(), Not(HasSubstr("publication")));
}

TEST_F(CentrifugeClient, IsToldWhenTheStreamHasBegunAnew) {
  NodeScript page({"stay", program.url(), kChannel, accounts.token(kPerson)});
  ASSERT_THAT(page.wait_for("subscribed"), StartsWith("subscribed")) << page.output();
  publish(R"({"n":1})");
  EXPECT_THAT(page.wait_for("publication"), HasSubstr(R"("n":1)"));
  broker.kill();
  const auto elsewhere = address.folder() / "new";
  std::filesystem::create_directory(elsewhere);
  const BrokerProcess again(address.str(), elsewhere);
  EXPECT_EQ(page.wait_for("subscribing"), "subscribing 2500") << page.output();
  EXPECT_THAT(page.wait_for("subscribed"), HasSubstr("recovered false")) << page.output();
  publish(R"({"n":2})");
  EXPECT_EQ(page.wait_end(), 0) << page.output();
}

TEST_F(CentrifugeClient, ExchangesATokenThatIsOver) {
  NodeScript page({"renew", program.url(), kChannel, accounts.token(kPerson, -1s), accounts.token(kPerson)});
  EXPECT_EQ(page.wait_end(), 0) << page.output();
  EXPECT_THAT(page.output(), HasSubstr("error connect 109\n"));
  EXPECT_THAT(page.output(), HasSubstr("still there " + kPerson));
}

TEST_F(CentrifugeClient, RefreshesATokenBeforeItIsOver) {
  NodeScript page(
      {"renew", program.url(), kChannel, accounts.token(kPerson, 3s * slowness()), accounts.token(kPerson)});
  EXPECT_EQ(page.wait_end(), 0) << page.output();
  EXPECT_THAT(page.output(), HasSubstr("connected websocket\nasked for token 1\nstill there " + kPerson));
}

TEST_F(CentrifugeClient, StaysAwayWithATokenThatIsNone) {
  NodeScript page({"refused", program.url(), kChannel, "a.b.c"});
  EXPECT_EQ(page.wait_end(), 0) << page.output();
  EXPECT_THAT(page.output(), HasSubstr("disconnected 101 log in again"));
}

TEST_F(CentrifugeClient, IsToldWhatItMayNotEnter) {
  NodeScript page({"strangers", program.url(), "chat.0190c000-0000-7000-8000-00000000ffff", accounts.token(kPerson)});
  EXPECT_EQ(page.wait_end(), 0) << page.output();
  EXPECT_THAT(page.output(), HasSubstr("unsubscribed 103 "));
  EXPECT_THAT(page.output(), HasSubstr("unsubscribed 102 "));
}

TEST(CentrifugeClientAlone, AnswersPings) {
  // The client need not refresh its token yet when the server ends the connection.
  LoneServer server(
      {.session = {.ping = 1s, .pong = 1s * slowness(), .expiry_grace = 4s * slowness() - OpenBackend::kTokenLife}});
  NodeScript page({"listen", "ws://127.0.0.1:" + std::to_string(server.port()) + "/connection/websocket", "x", "t"});
  ASSERT_EQ(page.wait_for("connected"), "connected websocket") << page.output();
  // Without answers to the first ping it would be 3012, and sooner.
  EXPECT_EQ(page.wait_for("connecting 3"), "connecting 3005 expired") << page.output();
}

}  // namespace
}  // namespace fanfare::test
