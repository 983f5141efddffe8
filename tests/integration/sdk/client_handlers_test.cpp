#include <gtest/gtest.h>
#include <fanfare/client.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;

class ClientHandlers : public testing::Test {
 protected:
  [[nodiscard]] ClientOptions options() const { return {.address = address.str()}; }

  const TemporaryAddress address;
  const ScriptedBroker broker{address.str(), {.delivers = true}};
};

TEST_F(ClientHandlers, GetMessagesInOrderWithAllTheyCarry) {
  auto client = Client::connect(options());
  std::vector<std::string> seen;
  std::atomic<int> count{0};
  const auto subscription = client.subscribe("a.>", [&](const Message& message) {
    seen.push_back(std::string(message.payload) + message.headers.at("key"));
    EXPECT_EQ(message.topic, "a.b");
    EXPECT_EQ(message.publisher, "local");
    EXPECT_EQ(message.actor, "somebody");
    EXPECT_TRUE(message.id.has_value());
    ++count;
  });
  ASSERT_TRUE(subscription.wait_ready(patient(5s)));
  for (int i = 0; i < 100; ++i) {
    (void)client.publish("a.b", std::to_string(i), {.headers = {{"key", "!"}}, .actor = "somebody"});
  }
  ASSERT_TRUE(eventually(5s, [&] { return count == 100; }));
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(seen[i], std::to_string(i) + "!");
}

TEST_F(ClientHandlers, AnExceptionIsReportedAndTheNextMessageComes) {
  std::atomic<int> errors{0};
  std::atomic<int> messages{0};
  auto with = options();
  with.on_handler_error = [&](const std::exception& error) {
    EXPECT_STREQ(error.what(), "broken");
    ++errors;
  };
  auto client = Client::connect(with);
  const auto subscription = client.subscribe("a.>", [&](const Message&) {
    if (messages++ == 0) throw std::runtime_error("broken");
  });
  ASSERT_TRUE(subscription.wait_ready(patient(5s)));
  (void)client.publish("a.b", "1");
  (void)client.publish("a.b", "2");
  EXPECT_TRUE(eventually(5s, [&] { return messages == 2 && errors == 1; }));
}

TEST_F(ClientHandlers, AMessageThatWasCopiedOutlivesItsHandler) {
  auto client = Client::connect(options());
  std::promise<Message> kept;
  const auto subscription = client.subscribe("a.>", [&](const Message& message) { kept.set_value(message); });
  ASSERT_TRUE(subscription.wait_ready(patient(5s)));
  client.publish("a.b", "payload").get();
  auto message = kept.get_future().get();
  client.close(patient(5s));
  EXPECT_EQ(message.payload, "payload");
  EXPECT_EQ(message.topic, "a.b");
}

TEST_F(ClientHandlers, MoreThanTheWindowComesThroughASlowOne) {
  auto with = options();
  with.receive_window = 16U << 10U;
  auto client = Client::connect(with);
  std::atomic<int> count{0};
  const auto subscription = client.subscribe("a.>", [&](const Message&) { ++count; });
  ASSERT_TRUE(subscription.wait_ready(patient(5s)));
  const std::string payload(1'000, 'x');
  for (int i = 0; i < 1'000; ++i) (void)client.publish("a.b", payload);
  EXPECT_TRUE(eventually(10s, [&] { return count == 1'000; }));
}

TEST_F(ClientHandlers, AfterTheHandleWentNoneRuns) {
  auto client = Client::connect(options());
  std::atomic<int> running{0};
  std::atomic<bool> ended{false};
  std::atomic<bool> late{false};
  {
    const auto subscription = client.subscribe("a.>", [&](const Message&) {
      ++running;
      if (ended) late = true;
    });
    ASSERT_TRUE(subscription.wait_ready(patient(5s)));
    for (int i = 0; i < 1'000; ++i) (void)client.publish("a.b", "x");
    ASSERT_TRUE(eventually(5s, [&] { return running > 0; }));
  }
  ended = true;
  client.publish("a.b", "x").get();
  client.close(patient(5s));
  EXPECT_FALSE(late);
}

TEST_F(ClientHandlers, MayEndTheirOwnSubscription) {
  auto client = Client::connect(options());
  std::optional<Subscription> subscription;
  std::mutex mutex;
  std::atomic<int> count{0};
  {
    const std::lock_guard lock(mutex);
    subscription = client.subscribe("a.>", [&](const Message&) {
      const std::lock_guard inner(mutex);
      ++count;
      subscription.reset();
    });
  }
  ASSERT_TRUE(eventually(5s, [&] { return broker.subscribes == 1; }));
  (void)client.publish("a.b", "1");
  ASSERT_TRUE(eventually(5s, [&] { return count == 1; }));
  client.publish("a.b", "2").get();
  client.close(patient(5s));
  EXPECT_EQ(count, 1);
}

TEST_F(ClientHandlers, MayDestroyTheClient) {
  auto client = std::make_unique<Client>(Client::connect(options()));
  std::promise<void> gone;
  const auto subscription = client->subscribe("a.>", [&](const Message&) {
    client.reset();
    gone.set_value();
  });
  ASSERT_TRUE(subscription.wait_ready(patient(5s)));
  (void)client->publish("a.b", "x");
  EXPECT_EQ(gone.get_future().wait_for(patient(10s)), std::future_status::ready);
}

TEST_F(ClientHandlers, MayWaitForAnAcknowledgement) {
  auto client = Client::connect(options());
  std::promise<void> done;
  std::atomic<bool> first{true};
  const auto subscription = client.subscribe("a.>", [&](const Message&) {
    if (!first.exchange(false)) return;
    client.publish("a.b", "from the handler").get();
    done.set_value();
  });
  ASSERT_TRUE(subscription.wait_ready(patient(5s)));
  (void)client.publish("a.b", "x");
  EXPECT_EQ(done.get_future().wait_for(patient(10s)), std::future_status::ready);
}

/// Runs what it is given on one thread, until it goes.
class OneThread {
 public:
  void post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
    changed_.notify_one();
  }
  [[nodiscard]] std::thread::id id() const { return thread_.get_id(); }

 private:
  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !queue_.empty(); })) {
      const auto work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      work();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::function<void()>> queue_;
  std::jthread thread_{[this](const std::stop_token& stop) { run(stop); }};
};

TEST_F(ClientHandlers, RunOnTheCallersExecutor) {
  OneThread thread;
  auto with = options();
  with.executor = [&](std::function<void()> work) { thread.post(std::move(work)); };
  auto client = Client::connect(with);
  std::atomic<int> count{0};
  const auto subscription = client.subscribe("a.>", [&](const Message&) {
    EXPECT_EQ(std::this_thread::get_id(), thread.id());
    ++count;
  });
  ASSERT_TRUE(subscription.wait_ready(patient(5s)));
  for (int i = 0; i < 100; ++i) (void)client.publish("a.b", "x");
  EXPECT_TRUE(eventually(5s, [&] { return count == 100; }));
  EXPECT_TRUE(client.close(patient(5s)));
}

}  // namespace
}  // namespace fanfare::test
