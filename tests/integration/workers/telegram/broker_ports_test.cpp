#include "workers/telegram/broker_ports.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/integration/sdk/broker_process.hpp"
#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"
#include "workers/common/new_id.hpp"

namespace fanfare::workers::telegram {
namespace {

using fanfare::test::eventually;
using fanfare::test::patient;
using namespace std::chrono_literals;

class BrokerPorts : public testing::Test {
 protected:
  BrokerPorts() {
    EXPECT_TRUE(client.wait_ready(patient(10s))) << client.state().reason;
    EXPECT_TRUE(other.wait_ready(patient(10s))) << other.state().reason;
  }

  const fanfare::test::TemporaryAddress address;
  fanfare::test::BrokerProcess broker{address.str(), address.folder()};
  Client client = Client::connect({.address = address.str(), .name = "telegram"});
  Client other = Client::connect({.address = address.str(), .name = "other"});
  std::ostringstream log_text;
  runtime::Logger log{{}, "telegram", log_text};
};

TEST_F(BrokerPorts, ACommandIsAskedAsThePersonAndAnswered) {
  const AskService ask = ask_through(client);
  EXPECT_EQ(ask("telegram.command.weather", "{}", "anna", patient(5s)).kind, ServiceReply::Kind::kNoService);
  std::atomic<bool> is_served = false;
  const Service service =
      other.serve("telegram.command.*",
                  [](const Request& request) {
                    return Reply{.payload = std::string(request.actor) + " " + std::string(request.payload)};
                  },
                  {.on_ready = [&] { is_served = true; }});
  ASSERT_TRUE(eventually(5s, [&] { return is_served.load(); }));
  const ServiceReply reply = ask("telegram.command.weather", R"({"arguments":"x"})", "anna", patient(5s));
  EXPECT_EQ(reply.kind, ServiceReply::Kind::kReply);
  EXPECT_EQ(reply.payload, R"(anna {"arguments":"x"})");
}

TEST_F(BrokerPorts, AServiceThatSaysNothingHasFailedInTime) {
  std::atomic<bool> is_served = false;
  std::vector<Responder> kept;
  const Service service = other.serve(
      "telegram.command.*", [&kept](const Request&, Responder responder) { kept.push_back(std::move(responder)); },
      {.on_ready = [&] { is_served = true; }});
  ASSERT_TRUE(eventually(5s, [&] { return is_served.load(); }));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(ask_through(client)("telegram.command.weather", "{}", "anna", 100ms).kind, ServiceReply::Kind::kFailed);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, patient(5s));
}

TEST_F(BrokerPorts, AnEventOfALinkIsStoredOnceHoweverOftenItIsPublished) {
  const Uuid anna = common::new_id(common::wall_clock());
  const common::TimePoint at{1'790'000'000'000ms};
  const PublishLinkEvent publish = publish_through(client, log);
  publish(linked_event(anna, at));
  publish(linked_event(anna, at));
  publish(ended_event(anna, store::LinkEnd::kBlocked, at + 1s));
  std::vector<std::string> payloads;
  EXPECT_TRUE(eventually(5s, [&] {
    payloads.clear();
    for (const Message& message : other.fetch("user.*", {}).get().messages) payloads.emplace_back(message.payload);
    return payloads.size() >= 2;
  }));
  EXPECT_EQ(payloads, (std::vector<std::string>{R"({"kind":"telegram_linked"})",
                                                R"({"kind":"telegram_ended","reason":"blocked"})"}));
  EXPECT_EQ(log_text.str(), "");
}

}  // namespace
}  // namespace fanfare::workers::telegram
