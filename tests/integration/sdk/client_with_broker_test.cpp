#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fanfare/client.hpp>

#include <atomic>
#include <mutex>
#include <set>

#include "tests/integration/sdk/broker_process.hpp"
#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;

class ClientWithBroker : public testing::Test {
 protected:
  [[nodiscard]] Client connect(const std::string& name) const {
    auto client = Client::connect({.address = address.str(), .name = name});
    EXPECT_TRUE(client.wait_ready(patient(10s))) << client.state().reason;
    return client;
  }

  const TemporaryAddress address;
  BrokerProcess broker{address.str(), address.folder()};
};

TEST_F(ClientWithBroker, AMessageReachesASubscriber) {
  auto subscriber = connect("subscriber");
  auto publisher = connect("publisher");
  std::promise<std::string> arrived;
  const auto subscription =
      subscriber.subscribe("demo.>", [&](const Message& message) { arrived.set_value(std::string(message.payload)); });
  ASSERT_TRUE(subscription.wait_ready(patient(5s)));
  const auto ack = publisher.publish("demo.hello", "hi").get();
  EXPECT_EQ(ack.matched, 1U);
  auto future = arrived.get_future();
  ASSERT_EQ(future.wait_for(patient(5s)), std::future_status::ready);
  EXPECT_EQ(future.get(), "hi");
}

TEST_F(ClientWithBroker, AStoredMessageHasTheSamePositionEverywhere) {
  auto client = connect("client");
  std::promise<Message> arrived;
  const auto subscription = client.subscribe("chat.>", [&](const Message& message) { arrived.set_value(message); });
  ASSERT_TRUE(subscription.wait_ready(patient(5s)));
  const auto ack = client.publish("chat.1", "hi").get();
  EXPECT_EQ(ack.stream, "chat");
  const auto message = arrived.get_future().get();
  EXPECT_EQ(message.position, ack.position);
  EXPECT_EQ(message.stream, "chat");
  EXPECT_EQ(message.id, ack.id);
  EXPECT_TRUE(client.publish("chat.1", "hi", {.id = ack.id}).get().repeated);
}

TEST_F(ClientWithBroker, ARequestIsAnswered) {
  auto member = connect("member");
  auto caller = connect("caller");
  const auto service = member.serve("demo.echo", [](const Request& request) {
    return Reply{.payload = std::string(request.payload) + "!", .headers = request.headers};
  });
  ASSERT_TRUE(service.wait_ready(patient(5s)));
  const auto reply = caller.request("demo.echo", "hi", patient(5s), {.headers = {{"a", "b"}}}).get();
  EXPECT_EQ(reply.payload, "hi!");
  EXPECT_EQ(reply.headers.at("a"), "b");
}

TEST_F(ClientWithBroker, AServicesFailureReachesTheCaller) {
  auto client = connect("client");
  const auto refusing = client.serve(
      "demo.refuse", [](const Request&) -> Reply { throw Error(ErrorCode::permission_denied, "not you"); });
  const auto forgetting = client.serve("demo.forget", [](const Request&, Responder) {});
  ASSERT_TRUE(refusing.wait_ready(patient(5s)));
  ASSERT_TRUE(forgetting.wait_ready(patient(5s)));
  const auto code_of = [&](std::string_view topic) {
    try {
      client.request(topic, "hi", patient(5s)).get();
      return ErrorCode();
    } catch (const Error& error) {
      return error.code();
    }
  };
  EXPECT_EQ(code_of("demo.refuse"), ErrorCode::permission_denied);
  EXPECT_EQ(code_of("demo.forget"), ErrorCode::service_failed);
  EXPECT_EQ(code_of("demo.nobody"), ErrorCode::no_service);
}

TEST_F(ClientWithBroker, ARequestTakenBackIsSeenByTheService) {
  auto client = connect("client");
  std::promise<Responder> kept;
  const auto service =
      client.serve("demo.slow", [&](const Request&, Responder responder) { kept.set_value(responder); });
  ASSERT_TRUE(service.wait_ready(patient(5s)));
  std::stop_source stop;
  auto reply = client.request("demo.slow", "hi", 1min, {.stop = stop.get_token()});
  auto responder = kept.get_future().get();
  EXPECT_FALSE(responder.canceled());
  stop.request_stop();
  EXPECT_THROW(reply.get(), Error);
  EXPECT_TRUE(eventually(5s, [&] { return responder.canceled(); }));
  responder.reply({.payload = "late"});
}

TEST_F(ClientWithBroker, AnAnswerMayComeLaterFromAnotherThread) {
  auto client = connect("client");
  std::promise<Responder> kept;
  const auto service =
      client.serve("demo.slow", [&](const Request&, Responder responder) { kept.set_value(responder); });
  ASSERT_TRUE(service.wait_ready(patient(5s)));
  auto reply = client.request("demo.slow", "hi", patient(5s));
  std::jthread later([&] { kept.get_future().get().reply({.payload = "done"}); });
  EXPECT_EQ(reply.get().payload, "done");
}

TEST_F(ClientWithBroker, TellsOfItself) {
  auto client = connect("curious");
  const auto sessions = client.query(QueryKind::sessions, patient(5s)).get();
  EXPECT_THAT(sessions, testing::Contains(testing::Contains(testing::Pair("name", "curious"))));
  EXPECT_EQ(client.query(QueryKind::broker, patient(5s)).get().size(), 1U);
}

TEST_F(ClientWithBroker, AfterAKillEverythingGoesOn) {
  auto client = connect("client");
  std::mutex mutex;
  std::set<std::string> seen;
  std::atomic<int> gaps{0};
  const auto subscription = client.subscribe("demo.>",
                                             [&](const Message& message) {
                                               const std::lock_guard lock(mutex);
                                               seen.insert(std::string(message.payload));
                                             },
                                             {.on_gap = [&](const Gap&) { ++gaps; }});
  ASSERT_TRUE(subscription.wait_ready(patient(5s)));
  broker.kill();
  auto waiting = client.publish("demo.x", "while it was away");
  const BrokerProcess next(address.str(), address.folder());
  ASSERT_EQ(waiting.wait_for(patient(20s)), std::future_status::ready);
  waiting.get();
  EXPECT_TRUE(eventually(5s, [&] { return gaps == 1; }));
  EXPECT_TRUE(eventually(5s, [&] {
    const std::lock_guard lock(mutex);
    return seen.contains("while it was away");
  }));
}

TEST_F(ClientWithBroker, ATracedMessageLeavesItsHops) {
  auto client = connect("traced");
  std::mutex mutex;
  std::multiset<std::string> hops;
  const auto trace = client.subscribe("$sys.event.trace.>", [&](const Message& message) {
    const std::lock_guard lock(mutex);
    if (message.headers.at("component") == "traced") hops.insert(message.headers.at("hop"));
  });
  const auto subscription =
      client.subscribe("demo.>", [&client](const Message& message) { client.trace(message, "stored"); });
  ASSERT_TRUE(trace.wait_ready(patient(5s)));
  ASSERT_TRUE(subscription.wait_ready(patient(5s)));
  client.publish("demo.x", "hi", {.traced = true}).get();
  EXPECT_TRUE(eventually(5s, [&] {
    const std::lock_guard lock(mutex);
    return hops == std::multiset<std::string>{"handler done", "handler received", "sdk queued", "sdk sent", "stored"};
  }));
}

}  // namespace
}  // namespace fanfare::test
