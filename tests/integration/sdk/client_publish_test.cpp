#include <gtest/gtest.h>
#include <fanfare/client.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;

TEST(ClientPublish, FromFourThreadsAtOnceLosesNothing) {
  constexpr int kThreads = 4;
  constexpr int kEach = 5'000;
  const TemporaryAddress address;
  const ScriptedBroker broker(address.str());
  auto client = Client::connect({.address = address.str()});
  std::atomic<int> acknowledged{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < kEach; ++k) {
          client.publish("a.b", "payload", {}, [&](const Outcome<Ack>& ack) { acknowledged += ack.ok() ? 1 : 0; });
        }
      });
    }
  }
  EXPECT_TRUE(eventually(20s, [&] { return acknowledged == kThreads * kEach; }));
  EXPECT_EQ(broker.publishes, kThreads * kEach);
}

TEST(ClientPublish, GivesEachMessageAnIdOfItsOwn) {
  const TemporaryAddress address;
  const ScriptedBroker broker(address.str());
  auto client = Client::connect({.address = address.str()});
  const auto one = client.publish("a.b", "x").get();
  const auto two = client.publish("a.b", "x").get();
  EXPECT_FALSE(one.id.is_nil());
  EXPECT_NE(one.id, two.id);
  const auto id = Uuid::parse("01890a5d-ac96-774b-bcce-b302099a8057");
  EXPECT_EQ(client.publish("a.b", "x", {.id = id}).get().id, id);
}

TEST(ClientPublish, WhenTooMuchIsInFlightItFailsIfAskedTo) {
  const TemporaryAddress address;
  const ScriptedBroker broker(address.str(), {.acknowledges = false});
  auto client = Client::connect(
      {.address = address.str(), .max_in_flight_bytes = 10'000, .when_full = WhenFull::fail, .close_timeout = 100ms});
  auto first = client.publish("a.b", std::string(9'000, 'x'));
  auto second = client.publish("a.b", std::string(9'000, 'x'));
  try {
    second.get();
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_sent);
  }
}

TEST(ClientPublish, WhenTooMuchIsInFlightItWaitsForTheBroker) {
  const TemporaryAddress address;
  ScriptedBroker broker(address.str(), {.acknowledges = false});
  auto client = Client::connect({.address = address.str(), .max_in_flight_bytes = 10'000});
  auto first = client.publish("a.b", std::string(9'000, 'x'));
  std::atomic<bool> returned{false};
  std::jthread publisher([&] {
    client.publish("a.b", std::string(9'000, 'x')).get();
    returned = true;
  });
  ASSERT_TRUE(eventually(5s, [&] { return broker.publishes == 1; }));
  EXPECT_FALSE(returned);
  broker.acknowledges = true;
  // The broker answers with its next frame, which anything from the client brings about.
  const auto subscription = client.subscribe("a.>", [](const Message&) {});
  EXPECT_TRUE(eventually(5s, [&] { return returned.load(); }));
}

TEST(ClientPublish, ABadTopicIsRefusedWithoutTheBroker) {
  const TemporaryAddress address;
  const ScriptedBroker broker(address.str());
  auto client = Client::connect({.address = address.str()});
  EXPECT_THROW(client.publish("no topic", "x").get(), Error);
  EXPECT_THROW(client.publish(std::string(300, 'x'), "x").get(), Error);
  EXPECT_THROW(client.publish("a.b", std::string((1U << 20U) + 1, 'x')).get(), Error);
  EXPECT_EQ(broker.publishes, 0);
}

}  // namespace
}  // namespace fanfare::test
