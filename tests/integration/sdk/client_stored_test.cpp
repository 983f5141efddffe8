#include <gtest/gtest.h>
#include <fanfare/client.hpp>

#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;

/// What handlers did, in their order.
class HandlerLog {
 public:
  void add(std::string what) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(what));
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

class ClientStored : public testing::Test {
 protected:
  [[nodiscard]] Client connect() const {
    auto client = Client::connect({.address = address.str()});
    EXPECT_TRUE(client.wait_ready(patient(5s)));
    return client;
  }

  /// Everything a subscription tells goes into `log`.
  [[nodiscard]] Subscription follow(Client& client, From from) {
    return client.subscribe(
        "chat.>", [this](const Message& message) { log.add(std::string(message.payload)); },
        {.from = from,
         .on_gap = [this](const Gap& gap) { log.add(std::string(to_string(gap.reason))); },
         .on_begin =
             [this](const Beginning& it) {
               log.add((it.recovered ? "begins after " : "lost before ") + std::to_string(it.after.sequence));
             },
         .on_caught_up = [this](const Position& at) { log.add("caught up to " + std::to_string(at.sequence)); }});
  }

  using Lines = std::vector<std::string>;
  static constexpr Uuid kEpoch = ScriptedBroker::kEpoch;
  const TemporaryAddress address;
  HandlerLog log;
};

TEST_F(ClientStored, AReplayIsToldAndHandedOverInOrder) {
  const ScriptedBroker broker{address.str(), {.stored = {"one", "two", "three"}}};
  auto client = connect();
  const auto subscription = follow(client, From::after({kEpoch, 1}));
  const Lines expected{"begins after 1", "two", "three", "caught up to 3"};
  EXPECT_TRUE(eventually(5s, [&] { return log.lines() == expected; })) << testing::PrintToString(log.lines());
}

TEST_F(ClientStored, APositionOfAnotherEpochIsNotRecovered) {
  const ScriptedBroker broker{address.str(), {.stored = {"one", "two"}}};
  auto client = connect();
  const auto subscription = follow(client, From::after({Uuid(), 1}));
  EXPECT_TRUE(eventually(5s, [&] { return !log.lines().empty(); }));
  EXPECT_EQ(log.lines().front(), "lost before 1");
}

TEST_F(ClientStored, ASubscriptionGoesOnWithTheNextBroker) {
  std::optional<ScriptedBroker> broker(std::in_place, address.str(), ScriptedBroker::Script{.stored = {"one"}});
  auto client = connect();
  const auto replayed = follow(client, From::all());
  ASSERT_TRUE(eventually(5s, [&] { return log.lines().size() == 3; }));
  broker.reset();
  broker.emplace(address.str(), ScriptedBroker::Script{.stored = {"one", "two", "three"}});
  const Lines expected{"begins after 0", "one", "caught up to 1", "begins after 1", "two", "three", "caught up to 3"};
  EXPECT_TRUE(eventually(10s, [&] { return log.lines().size() == expected.size(); }));
  EXPECT_EQ(log.lines(), expected);
}

TEST_F(ClientStored, FetchReadsAPageAtATime) {
  const ScriptedBroker broker{address.str(), {.stored = {"one", "two", "three"}}};
  auto client = connect();
  const auto first = client.fetch("chat.>", {.max_count = 2}, patient(5s)).get();
  ASSERT_EQ(first.messages.size(), 2U);
  EXPECT_EQ(first.messages[1].payload, "two");
  EXPECT_EQ(first.messages[1].topic, "chat.1");
  EXPECT_EQ(first.messages[1].stream, "chat");
  EXPECT_EQ(first.messages[1].position, (Position{kEpoch, 2}));
  EXPECT_EQ(first.stream, "chat");
  EXPECT_FALSE(first.last);
  EXPECT_TRUE(first.recovered);
  const auto second = client.fetch("chat.>", {.from = From::after(first.through)}, patient(5s)).get();
  ASSERT_EQ(second.messages.size(), 1U);
  EXPECT_EQ(second.messages[0].payload, "three");
  EXPECT_TRUE(second.last);
}

TEST_F(ClientStored, APageThatWasKeptOutlivesTheClient) {
  const ScriptedBroker broker{address.str(), {.stored = {"one"}}};
  std::optional<Message> kept;
  {
    auto client = connect();
    kept = client.fetch("chat.>", {}, patient(5s)).get().messages.at(0);
  }
  EXPECT_EQ(kept->payload, "one");
  EXPECT_EQ(kept->topic, "chat.1");
}

TEST_F(ClientStored, FetchAnswersByCallbackWhereHandlersRun) {
  const ScriptedBroker broker{address.str(), {.stored = {"one"}}};
  auto client = connect();
  std::promise<std::thread::id> handler;
  std::promise<std::thread::id> callback;
  const auto subscription = client.subscribe(
      "chat.>", [&](const Message&) { handler.set_value(std::this_thread::get_id()); }, {.from = From::all()});
  client.fetch("chat.>", {}, patient(5s), [&](const Outcome<Fetched>& outcome) {
    EXPECT_EQ(outcome.value().messages.size(), 1U);
    callback.set_value(std::this_thread::get_id());
  });
  EXPECT_EQ(handler.get_future().get(), callback.get_future().get());
}

TEST_F(ClientStored, FetchFailsInTimeWithoutABroker) {
  auto client = Client::connect({.address = address.str()});
  auto page = client.fetch("chat.>", {}, 100ms);
  std::promise<ErrorCode> told;
  client.fetch("chat.>", {}, 100ms, [&](const Outcome<Fetched>& outcome) { told.set_value(outcome.error().code()); });
  try {
    page.get();
    ADD_FAILURE() << "there is no broker";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::deadline_exceeded);
  }
  EXPECT_EQ(told.get_future().get(), ErrorCode::deadline_exceeded);
}

TEST_F(ClientStored, FetchAnswersInOrderHoweverManyAreOpen) {
  const ScriptedBroker broker{address.str(), {.stored = {"one"}}};
  auto client = connect();
  constexpr std::size_t kMany = 200;
  std::vector<std::size_t> order;
  std::promise<void> done;
  for (std::size_t i = 0; i < kMany; ++i) {
    client.fetch("chat.>", {}, patient(10s), [&, i](const Outcome<Fetched>& outcome) {
      EXPECT_TRUE(outcome.ok());
      order.push_back(i);
      if (order.size() == kMany) done.set_value();
    });
  }
  ASSERT_EQ(done.get_future().wait_for(patient(10s)), std::future_status::ready);
  for (std::size_t i = 0; i < kMany; ++i) EXPECT_EQ(order[i], i);
  EXPECT_EQ(broker.fetches, static_cast<int>(kMany));
}

TEST_F(ClientStored, AfterCloseFetchFails) {
  const ScriptedBroker broker(address.str());
  auto client = connect();
  client.close(patient(5s));
  EXPECT_THROW(client.fetch("chat.>", {}).get(), Error);
}

}  // namespace
}  // namespace fanfare::test
