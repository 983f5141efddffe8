#include <gtest/gtest.h>
#include <fanfare/client.hpp>

#include <atomic>

#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;

TEST(ClientClose, SendsWhatWaitsAndSaysGoodbye) {
  const TemporaryAddress address;
  const ScriptedBroker broker(address.str());
  std::atomic<int> acknowledged{0};
  auto client = Client::connect({.address = address.str()});
  for (int i = 0; i < 1'000; ++i) {
    client.publish("a.b", "x", {}, [&](const Outcome<Ack>& ack) { acknowledged += ack.ok() ? 1 : 0; });
  }
  EXPECT_TRUE(client.close(patient(5s)));
  EXPECT_EQ(acknowledged, 1'000);
  EXPECT_EQ(broker.publishes, 1'000);
  EXPECT_TRUE(eventually(5s, [&] { return broker.byes == 1; }));
  EXPECT_EQ(client.state().connection, Connection::closed);
}

TEST(ClientClose, WithoutABrokerItEndsAtItsDeadlineAndSaysWhatWasLeft) {
  const TemporaryAddress address;
  auto client = Client::connect({.address = address.str()});
  auto left = client.publish("a.b", "x");
  EXPECT_FALSE(client.close(100ms));
  try {
    left.get();
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_sent);
  }
}

TEST(ClientClose, AfterwardsEveryCallFailsAtOnce) {
  const TemporaryAddress address;
  auto client = Client::connect({.address = address.str()});
  EXPECT_TRUE(client.close(patient(5s)));
  EXPECT_THROW(client.publish("a.b", "x").get(), Error);
  EXPECT_THROW(client.request("a.b", "x", 5s).get(), Error);
  EXPECT_THROW(client.query(QueryKind::broker).get(), Error);
  EXPECT_THROW(client.subscribe("a.b", [](const Message&) {}).wait_ready(5s), Error);
  bool called = false;
  client.publish("a.b", "x", {}, [&](const Outcome<Ack>& ack) { called = !ack.ok(); });
  EXPECT_TRUE(called);
}

TEST(ClientClose, HandlesMayOutliveTheClient) {
  const TemporaryAddress address;
  const ScriptedBroker broker(address.str());
  std::optional<Client> client = Client::connect({.address = address.str()});
  auto subscription = client->subscribe("a.>", [](const Message&) {});
  ASSERT_TRUE(subscription.wait_ready(patient(5s)));
  client.reset();
  subscription.unsubscribe();
}

}  // namespace
}  // namespace fanfare::test
