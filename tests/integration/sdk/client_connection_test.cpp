#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fanfare/client.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;

/// What on_state was told, from any thread.
class States {
 public:
  void operator()(const State& state) {
    const std::lock_guard lock(mutex_);
    all_.push_back(state);
  }
  [[nodiscard]] bool had(Connection connection) const {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(all_, [&](const State& state) { return state.connection == connection; });
  }

 private:
  mutable std::mutex mutex_;
  std::vector<State> all_;
};

TEST(ClientConnection, WithoutABrokerItSaysSoAndKeepsTrying) {
  const TemporaryAddress address;
  States states;
  auto client = Client::connect({.address = address.str(), .on_state = [&](const State& it) { states(it); }});
  ASSERT_TRUE(eventually(5s, [&] { return states.had(Connection::reconnecting); }));
  EXPECT_FALSE(client.wait_ready(10ms));
  EXPECT_EQ(client.state().code, ErrorCode::unreachable);
  EXPECT_THAT(client.state().reason, testing::HasSubstr(address.str()));

  const ScriptedBroker broker(address.str());
  EXPECT_TRUE(client.wait_ready(patient(10s)));
}

TEST(ClientConnection, ATcpPortWithoutABrokerIsFoundOutAtOnce) {
  auto client = Client::connect({.address = "tcp://127.0.0.1:1"});
  EXPECT_TRUE(eventually(5s, [&] { return client.state().connection == Connection::reconnecting; }));
  EXPECT_EQ(client.state().code, ErrorCode::unreachable);
}

TEST(ClientConnection, APeerThatDoesNotGreetIsGivenUp) {
  const TemporaryAddress address;
  const ScriptedBroker broker(address.str(), {.greets = false});
  auto client = Client::connect({.address = address.str(), .connect_timeout = 200ms});
  EXPECT_TRUE(eventually(5s, [&] { return client.state().connection == Connection::reconnecting; }));
  EXPECT_TRUE(eventually(5s, [&] { return broker.hellos > 1; }));
}

TEST(ClientConnection, ARefusedClientIsToldAndTriesNoMore) {
  const TemporaryAddress address;
  const ScriptedBroker broker(address.str(), {.refuses = ErrorCode::unsupported_version});
  auto client = Client::connect({.address = address.str()});
  EXPECT_FALSE(client.wait_ready(patient(5s)));
  EXPECT_EQ(client.state().connection, Connection::refused);
  EXPECT_EQ(client.state().code, ErrorCode::unsupported_version);
  try {
    client.publish("a.b", "x").get();
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported_version);
  }
  EXPECT_EQ(broker.hellos, 1);
}

TEST(ClientConnection, AnAddressThatIsNoneIsRefused) {
  auto client = Client::connect({.address = "nonsense"});
  EXPECT_FALSE(client.wait_ready(patient(5s)));
  EXPECT_EQ(client.state().connection, Connection::refused);
  EXPECT_THAT(client.state().reason, testing::HasSubstr("nonsense"));
}

TEST(ClientConnection, ABadNameIsRefusedBeforeAnythingIsTried) {
  EXPECT_THROW((void)Client::connect({.name = "not a name"}), Error);
}

TEST(ClientConnection, AfterTheBrokerWasAwayEverythingGoesOn) {
  const TemporaryAddress address;
  auto broker = std::make_unique<ScriptedBroker>(address.str());
  std::atomic<int> gaps{0};
  States states;
  auto client = Client::connect({.address = address.str(), .on_state = [&](const State& it) { states(it); }});
  const auto subscription = client.subscribe("a.>", [](const Message&) {}, {.on_gap = [&](const Gap&) { ++gaps; }});
  ASSERT_TRUE(subscription.wait_ready(patient(5s)));

  broker.reset();
  ASSERT_TRUE(eventually(5s, [&] { return states.had(Connection::reconnecting); }));
  auto waiting = client.publish("a.b", "while it was away");
  broker = std::make_unique<ScriptedBroker>(address.str());
  ASSERT_EQ(waiting.wait_for(patient(10s)), std::future_status::ready);
  EXPECT_NO_THROW(waiting.get());
  EXPECT_TRUE(eventually(5s, [&] { return gaps == 1; }));
  EXPECT_EQ(broker->subscribes, 1);
}

}  // namespace
}  // namespace fanfare::test
