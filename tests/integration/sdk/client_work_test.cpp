// Work handlers, with a broker that says what a test wants to hear.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fanfare/client.hpp>

#include <atomic>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;

class ClientWork : public testing::Test {
 protected:
  [[nodiscard]] Client connect(std::function<void(const std::exception&)> on_error = {}) const {
    return Client::connect({.address = address.str(), .on_handler_error = std::move(on_error)});
  }

  [[nodiscard]] std::vector<std::string> said() const { return broker.group().said(); }
  [[nodiscard]] bool hears(std::string_view what) const {
    return eventually(5s, [&] { return testing::Value(said(), Contains(std::string(what))); });
  }

  const TemporaryAddress address;
  const ScriptedBroker broker{address.str(), {.stored = {"1", "2", "3"}}};
};

TEST_F(ClientWork, IsAcknowledgedWhenItsHandlerReturns) {
  auto client = connect();
  std::mutex mutex;
  std::vector<std::string> seen;
  const auto member = client.join("work", "chat.>", [&](const Work& work) {
    const std::lock_guard lock(mutex);
    seen.emplace_back(work.message.payload);
    EXPECT_EQ(work.message.topic, "chat.1");
    EXPECT_EQ(work.message.stream, "chat");
    EXPECT_EQ(work.attempt, 1U);
  });
  EXPECT_TRUE(member.wait_ready(patient(5s)));
  EXPECT_TRUE(hears("ack 3/1"));
  EXPECT_THAT(said(), ElementsAre("join work", "ack 1/1", "ack 2/1", "ack 3/1"));
  const std::lock_guard lock(mutex);
  EXPECT_THAT(seen, ElementsAre("1", "2", "3"));
}

TEST_F(ClientWork, ThatThrowsHasFailedForThatReasonAndIsReported) {
  std::atomic<int> reported{0};
  auto client = connect([&](const std::exception& error) {
    EXPECT_STREQ(error.what(), "no luck");
    ++reported;
  });
  const auto member = client.join("work", "chat.>", [](const Work& work) {
    if (work.message.payload == "1" && work.attempt == 1) throw std::runtime_error("no luck");
    if (work.message.payload == "1" && work.attempt == 2) throw Error(ErrorCode::storage_full, "later");
  });
  EXPECT_TRUE(hears("failed 1/1 no luck"));
  EXPECT_TRUE(hears("failed 1/2 " + std::string(Error(ErrorCode::storage_full, "later").what())));
  EXPECT_TRUE(hears("ack 1/3"));
  EXPECT_EQ(reported, 1);  // an Error is an answer, not a defect
}

TEST_F(ClientWork, BehindOneThatFailedIsNotHandedOverBeforeIt) {
  auto client = connect([](const std::exception&) {});
  std::mutex mutex;
  std::vector<std::string> seen;
  const auto member =
      client.join("work", "chat.>",
                  [&](const Work& work) {
                    const std::lock_guard lock(mutex);
                    seen.push_back(std::string(work.message.payload) + '/' + std::to_string(work.attempt));
                    if (seen.size() == 1) throw std::runtime_error("no luck");
                  },
                  {.order = Order::key});
  EXPECT_TRUE(hears("ack 3/2"));
  const std::lock_guard lock(mutex);
  EXPECT_THAT(seen, ElementsAre("1/1", "1/2", "2/2", "3/2"));
}

TEST_F(ClientWork, MayBeSettledLaterFromAnyThreadAndTheAnswerComesBack) {
  auto client = connect();
  std::promise<Settler> kept;
  const auto member = client.join("work", "chat.>",
                                  [&](const Work& work, Settler settler) {
                                    if (work.message.payload == "1") return kept.set_value(settler);
                                    settler.ack();
                                  },
                                  {.order = Order::key});
  auto settler = kept.get_future().get();
  std::promise<bool> stored;
  std::jthread later([&] {
    settler.progress();
    EXPECT_TRUE(hears("progress 1/1"));
    settler.ack([&](const std::optional<Error>& error) { stored.set_value(!error); });
  });
  EXPECT_TRUE(stored.get_future().get());
  EXPECT_TRUE(hears("ack 3/1"));
  EXPECT_FALSE(settler.revoked());
}

TEST_F(ClientWork, OfATopicIsHandedOverOneAfterTheOther) {
  auto client = connect();
  std::atomic<int> open{0};
  std::atomic<int> most{0};
  std::mutex mutex;
  std::vector<Settler> kept;
  const auto member = client.join("work", "chat.>",
                                  [&](const Work&, Settler settler) {
                                    most = std::max(most.load(), ++open);
                                    const std::lock_guard lock(mutex);
                                    kept.push_back(std::move(settler));
                                  },
                                  {.order = Order::key});
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(eventually(5s, [&] {
      const std::lock_guard lock(mutex);
      return kept.size() == i + 1;
    }));
    --open;
    const std::lock_guard lock(mutex);
    kept.back().ack();
  }
  EXPECT_TRUE(hears("ack 3/1"));
  EXPECT_EQ(most, 1);
}

TEST_F(ClientWork, ComesWithoutWaitingWhenItIsPipelined) {
  auto client = connect();
  std::mutex mutex;
  std::vector<Settler> kept;
  const auto member = client.join("work", "chat.>",
                                  [&](const Work&, Settler settler) {
                                    const std::lock_guard lock(mutex);
                                    kept.push_back(std::move(settler));
                                  },
                                  {.order = Order::key, .pipelined = true});
  EXPECT_TRUE(eventually(5s, [&] {
    const std::lock_guard lock(mutex);
    return kept.size() == 3;
  }));
  // The first comes again, and so do those behind it.
  const std::lock_guard lock(mutex);
  kept.front().defer(0ms);
  EXPECT_TRUE(eventually(5s, [&] { return kept[1].revoked() && kept[2].revoked(); }));
}

TEST_F(ClientWork, ThatNobodySettlesHasFailed) {
  auto client = connect();
  const auto member = client.join("work", "chat.>", [](const Work& work, Settler settler) {
    if (work.attempt > 1) settler.ack();
  });
  EXPECT_TRUE(hears("failed 1/1 the handler let go of it without settling it"));
  EXPECT_TRUE(hears("ack 3/2"));
}

TEST_F(ClientWork, IsSettledOnce) {
  auto client = connect();
  std::promise<std::optional<Error>> second;
  const auto member = client.join("work", "chat.>", [&](const Work& work, Settler settler) {
    settler.ack();
    if (work.message.payload == "1") {
      settler.fail("no", {}, [&](const std::optional<Error>& error) { second.set_value(error); });
    }
  });
  const auto error = second.get_future().get();
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code(), ErrorCode::stale);
  EXPECT_TRUE(hears("ack 3/1"));
}

TEST_F(ClientWork, SaysWhenAndWhyItIsToComeAgain) {
  auto client = connect();
  const auto member = client.join("work", "chat.>", [&](const Work& work, Settler settler) {
    if (work.attempt > 2) return settler.ack();
    if (work.attempt == 1) return settler.defer(5s);
    settler.fail("because", 0ms);
  });
  EXPECT_TRUE(hears("deferred 1/1 5000"));
  EXPECT_TRUE(hears("failed 1/2 because"));
  EXPECT_TRUE(hears("ack 3/3"));
}

TEST_F(ClientWork, HoldsBackNoCreditWhileItIsUnsettled) {
  auto client = connect();
  std::vector<Settler> kept;
  const auto member =
      client.join("work", "chat.>", [&](const Work&, Settler settler) { kept.push_back(std::move(settler)); },
                  {.order = Order::key});
  EXPECT_TRUE(eventually(5s, [&] { return broker.client_handled_all.load(); }));
  client.close(patient(5s));
}

TEST_F(ClientWork, IsAcknowledgedBeforeItsMemberLeaves) {
  auto client = connect();
  std::promise<void> running;
  std::promise<void> may_end;
  std::vector<std::string> expected{"join work"};
  auto member = client.join("work", "chat.>", [&](const Work& work) {
    if (work.message.payload == "1") {
      running.set_value();
      may_end.get_future().wait();
    }
    expected.push_back("ack " + std::string(work.message.payload) + "/1");
  });
  running.get_future().wait();
  auto left = std::async(std::launch::async, [&] { member.leave(); });
  EXPECT_EQ(left.wait_for(50ms), std::future_status::timeout);
  may_end.set_value();
  left.get();
  EXPECT_TRUE(hears("leave"));
  expected.emplace_back("leave");
  EXPECT_EQ(said(), expected);
}

TEST_F(ClientWork, MayEndItsOwnMembershipAndIsAcknowledged) {
  auto client = connect();
  std::promise<void> joined;
  const auto has_joined = joined.get_future().share();
  std::promise<void> left;
  std::optional<Membership> member;
  member.emplace(client.join("work", "chat.>", [&](const Work&) {
    has_joined.wait();
    member.reset();
    left.set_value();
  }));
  joined.set_value();
  left.get_future().wait();
  EXPECT_TRUE(hears("leave"));
  EXPECT_THAT(said(), ElementsAre("join work", "ack 1/1", "leave"));
}

TEST_F(ClientWork, TellsTheRoleInAnExclusiveGroup) {
  auto client = connect();
  std::promise<Role> role;
  const auto member = client.join("work", "chat.>", [](const Work&) {},
                                  {.order = Order::exclusive, .on_role = [&, first = true](const Role& is) mutable {
                                     if (std::exchange(first, false)) role.set_value(is);
                                   }});
  const auto is = role.get_future().get();
  EXPECT_TRUE(is.active);
  EXPECT_EQ(is.term, 1U);
}

TEST_F(ClientWork, ThatCantBeAskedForIsRefusedAtOnce) {
  auto client = connect();
  const auto code_of = [&](std::string_view group, std::string_view pattern, JoinOptions options) {
    try {
      (void)client
          .join(
              group, pattern, [](const Work&) {}, std::move(options))
          .wait_ready(patient(5s));
      return ErrorCode();
    } catch (const Error& error) {
      return error.code();
    }
  };
  EXPECT_EQ(code_of(std::string(300, 'x'), "chat.>", {}), ErrorCode::bad_name);
  EXPECT_EQ(code_of("a.b", "chat.>", {}), ErrorCode::bad_name);
  EXPECT_EQ(code_of("work", std::string(300, 'x'), {}), ErrorCode::bad_pattern);
  EXPECT_EQ(code_of("work", "chat.>", {.max_in_flight = 65'537}), ErrorCode::group_mismatch);
  EXPECT_EQ(code_of("work", "chat.>", {.back_off = std::vector<std::chrono::milliseconds>(33, 1s)}),
            ErrorCode::group_mismatch);
  EXPECT_THROW(client.manage({.group = std::string(300, 'x')}).get(), Error);
  EXPECT_THROW(client.manage({.group = "work", .from = From::time({})}).get(), Error);
  EXPECT_TRUE(said().empty());
}

TEST_F(ClientWork, ThatHasNotBegunWhenTheConnectionIsLostIsLeftToTheNextSession) {
  const TemporaryAddress other;
  auto first = std::make_optional<ScriptedBroker>(other.str(), ScriptedBroker::Script{.stored = {"1", "2", "3"}});
  auto client = Client::connect({.address = other.str()});
  std::promise<void> running;
  std::promise<void> may_end;
  std::mutex mutex;
  std::vector<std::string> seen;
  const auto member = client.join("work", "chat.>", [&](const Work& work) {
    {
      const std::lock_guard lock(mutex);
      seen.emplace_back(work.message.payload);
      if (seen.size() > 1) return;
    }
    running.set_value();
    may_end.get_future().wait();
  });
  running.get_future().wait();
  first.reset();
  EXPECT_TRUE(eventually(5s, [&] { return client.state().connection == Connection::reconnecting; }));
  const ScriptedBroker second(other.str(), {.stored = {"1", "2", "3"}});
  may_end.set_value();
  EXPECT_TRUE(eventually(10s, [&] { return testing::Value(second.group().said(), Contains("ack 3/1")); }));
  {
    const std::lock_guard lock(mutex);
    EXPECT_THAT(seen, ElementsAre("1", "1", "2", "3"));
  }
  EXPECT_THAT(second.group().said(), ElementsAre("join work", "ack 1/1", "ack 2/1", "ack 3/1"));
}

TEST_F(ClientWork, OfAClosedClientIsAnsweredToo) {
  std::promise<Settler> kept;
  std::promise<std::optional<Error>> outcome;
  auto client = connect();
  const auto member =
      client.join("work", "chat.>", [&](const Work&, Settler settler) { kept.set_value(std::move(settler)); },
                  {.order = Order::key});
  auto settler = kept.get_future().get();
  client.close(patient(5s));
  EXPECT_TRUE(settler.revoked());
  settler.ack([&](const std::optional<Error>& error) { outcome.set_value(error); });
  auto future = outcome.get_future();
  ASSERT_EQ(future.wait_for(patient(5s)), std::future_status::ready);
  EXPECT_EQ(future.get()->code(), ErrorCode::closed);
}

}  // namespace
}  // namespace fanfare::test
