// Groups with the built broker: members that share, fail, leave, are cut off, and a broker that is killed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fanfare/client.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>

#include "tests/integration/sdk/broker_process.hpp"
#include "tests/integration/sdk/gate.hpp"
#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;

/// What handlers were given, by any member.
class Handled {
 public:
  void add(const Work& work) {
    const std::lock_guard lock(mutex_);
    ++count_;
    by_topic_[std::string(work.message.topic)].push_back(work.message.position.sequence);
    payloads_.emplace(work.message.payload);
  }
  [[nodiscard]] std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  [[nodiscard]] std::set<std::string> payloads() const {
    const std::lock_guard lock(mutex_);
    return payloads_;
  }
  /// Within a topic each one follows the one before or is a repeat: none was first seen before an earlier one.
  [[nodiscard]] bool in_order() const {
    const std::lock_guard lock(mutex_);
    return std::ranges::all_of(by_topic_, [](const auto& entry) {
      std::uint64_t last = 0;
      std::vector<std::uint64_t> first_seen;
      for (const auto sequence : entry.second) {
        if (sequence > last) first_seen.push_back(last = sequence);
      }
      const std::set<std::uint64_t> all(entry.second.begin(), entry.second.end());
      return std::ranges::equal(first_seen, all);
    });
  }

 private:
  mutable std::mutex mutex_;
  std::size_t count_ = 0;
  std::map<std::string, std::vector<std::uint64_t>> by_topic_;
  std::set<std::string> payloads_;
};

class ClientGroups : public testing::Test {
 protected:
  [[nodiscard]] static Client connect_to(const std::string& address) {
    auto client =
        Client::connect({.address = address, .name = "member", .on_handler_error = [](const std::exception&) {}});
    EXPECT_TRUE(client.wait_ready(patient(10s))) << client.state().reason;
    return client;
  }
  [[nodiscard]] Client connect() const { return connect_to(address.str()); }

  /// The numbers from 0, spread over four topics.
  void publish(Client& client, std::size_t count) {
    std::vector<std::future<Ack>> open;
    for (std::size_t i = 0; i < count; ++i) {
      const auto text = std::to_string(published++);
      open.push_back(client.publish("chat." + std::to_string(chance() % 4), text));
      expected.insert(text);
    }
    for (auto& ack : open) ack.get();
  }

  [[nodiscard]] static JoinOptions quick(Order order) { return {.order = order, .back_off = {10ms}}; }

  static std::uint64_t fresh_seed() {
    const auto* given = std::getenv("FANFARE_TEST_SEED");
    const auto seed = given == nullptr ? std::random_device()() : std::strtoull(given, nullptr, 10);
    std::printf("FANFARE_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
    return seed;
  }

  std::mt19937_64 chance{fresh_seed()};
  const TemporaryAddress address;
  std::optional<BrokerProcess> broker{std::in_place, address.str(), address.folder()};
  std::size_t published = 0;
  std::set<std::string> expected;
};

TEST_F(ClientGroups, TwoMembersShareAStreamFromItsBeginningInTheOrderOfItsTopics) {
  auto one = connect();
  auto other = connect();
  publish(one, 300);
  Handled handled;
  const auto work = [&](const Work& it) { handled.add(it); };
  const auto first = one.join("work", "chat.>", work, quick(Order::key));
  const auto second = other.join("work", "chat.>", work, quick(Order::key));
  ASSERT_TRUE(first.wait_ready(patient(5s)));
  ASSERT_TRUE(second.wait_ready(patient(5s)));
  publish(one, 300);
  EXPECT_TRUE(eventually(10s, [&] { return handled.payloads() == expected; }));
  EXPECT_EQ(handled.count(), expected.size());
  EXPECT_TRUE(handled.in_order());
}

TEST_F(ClientGroups, OneThatFailedComesAgainBeforeThoseBehindIt) {
  auto client = connect();
  publish(client, 50);
  Handled handled;
  std::mutex mutex;
  std::map<std::string, int> failed;
  const auto member = client.join(
      "work", "chat.>",
      [&](const Work& it) {
        {
          const std::lock_guard lock(mutex);
          if (it.message.position.sequence % 5 == 0 && failed[std::string(it.message.payload)]++ < 2) {
            throw std::runtime_error("not yet");
          }
        }
        handled.add(it);
      },
      quick(Order::key));
  EXPECT_TRUE(eventually(20s, [&] { return handled.payloads() == expected; }));
  EXPECT_EQ(handled.count(), expected.size());
  EXPECT_TRUE(handled.in_order());
}

TEST_F(ClientGroups, AfterItsLastTryAMessageIsADeadLetterAndComesBackWhenAskedFor) {
  auto client = connect();
  client.publish("chat.1", "poison").get();
  client.publish("chat.1", "fine").get();
  std::atomic<int> tries{0};
  std::atomic<bool> cured{false};
  std::promise<Work> returned;
  Handled handled;
  auto options = quick(Order::key);
  options.max_deliver = 5;
  const auto member = client.join(
      "work", "chat.>",
      [&](const Work& it) {
        if (it.message.payload == "poison") {
          ++tries;
          if (!cured) throw std::runtime_error("it burns");
          return returned.set_value(it);
        }
        handled.add(it);
      },
      options);
  ASSERT_TRUE(eventually(20s, [&] { return handled.count() == 1; }));
  EXPECT_EQ(tries, 5);
  std::optional<Fetched> letters;
  ASSERT_TRUE(eventually(10s, [&] {
    letters = client.fetch("$dead.work", {}, patient(5s)).get();
    return letters->messages.size() == 1;
  }));
  const auto& letter = letters->messages.front();
  EXPECT_EQ(letter.payload, "poison");
  EXPECT_EQ(letter.headers.at("$topic"), "chat.1");
  EXPECT_EQ(letter.headers.at("$failures"), "5");
  EXPECT_EQ(letter.headers.at("$reason"), "it burns");

  cured = true;
  client.manage({.kind = GroupAction::Kind::retry_dead, .group = "work"}, patient(5s)).get();
  auto again = returned.get_future();
  ASSERT_EQ(again.wait_for(patient(10s)), std::future_status::ready);
  const auto it = again.get();
  EXPECT_EQ(it.returned, letter.position.sequence);
  EXPECT_EQ(it.message.topic, "chat.1");
  EXPECT_FALSE(it.message.headers.contains("$dead"));
}

TEST_F(ClientGroups, AMemberThatGoesLeavesTheRestToTheOthersAndNothingTwice) {
  auto one = connect();
  auto other = connect();
  publish(one, 200);
  Handled handled;
  std::promise<void> begun;
  std::atomic<bool> first_call{true};
  auto leaving = std::make_optional(one.join(
      "work", "chat.>",
      [&](const Work& it) {
        handled.add(it);
        if (first_call.exchange(false)) begun.set_value();
      },
      quick(Order::key)));
  begun.get_future().wait();
  leaving.reset();
  const auto staying = other.join(
      "work", "chat.>", [&](const Work& it) { handled.add(it); }, quick(Order::key));
  EXPECT_TRUE(eventually(10s, [&] { return handled.payloads() == expected; }));
  EXPECT_EQ(handled.count(), expected.size());
  EXPECT_TRUE(handled.in_order());
}

TEST_F(ClientGroups, AMemberThatFinishesHandlesWhatItHasAndNothingComesASecondTime) {
  auto one = connect();
  auto other = connect();
  publish(one, 200);
  Handled handled;
  std::mutex mutex;
  std::vector<Settler> open;
  std::atomic<std::uint64_t> second_attempts{0};
  auto finishing = one.join(
      "work", "chat.>",
      [&](const Work& it, Settler settler) {
        handled.add(it);
        if (it.attempt > 1) ++second_attempts;
        const std::lock_guard lock(mutex);
        open.push_back(std::move(settler));
      },
      quick(Order::any));
  ASSERT_TRUE(eventually(10s, [&] { return handled.count() == 200; }));
  EXPECT_FALSE(finishing.finish(1ms)) << "nothing was settled";
  const auto staying = other.join(
      "work", "chat.>",
      [&](const Work& it) {
        handled.add(it);
        if (it.attempt > 1) ++second_attempts;
      },
      quick(Order::any));
  publish(other, 50);
  EXPECT_TRUE(eventually(10s, [&] { return handled.payloads() == expected; }));
  const auto last = [&] {
    const std::lock_guard lock(mutex);
    EXPECT_EQ(open.size(), 200U) << "what came then is the other's";
    for (auto& each : open) each.ack();
  };
  last();
  EXPECT_TRUE(finishing.finish(patient(5s)));
  EXPECT_TRUE(finishing.finish(0ms)) << "it has ended";
  EXPECT_EQ(handled.count(), expected.size());
  EXPECT_EQ(second_attempts, 0U);
}

TEST_F(ClientGroups, AMemberThatDoesNotFinishInTimeGivesBackTheRestWhenItLeaves) {
  auto one = connect();
  auto other = connect();
  publish(one, 10);
  std::mutex mutex;
  std::vector<Settler> kept;
  std::atomic<int> seen{0};
  auto finishing = one.join(
      "work", "chat.>",
      [&](const Work&, Settler settler) {
        const std::lock_guard lock(mutex);
        kept.push_back(std::move(settler));
        ++seen;
      },
      quick(Order::any));
  ASSERT_TRUE(eventually(5s, [&] { return seen == 10; }));
  EXPECT_FALSE(finishing.finish(10ms));
  finishing.leave();
  EXPECT_TRUE(finishing.finish(0ms));
  Handled handled;
  const auto staying = other.join(
      "work", "chat.>", [&](const Work& it) { handled.add(it); }, quick(Order::any));
  EXPECT_TRUE(eventually(5s, [&] { return handled.payloads() == expected; }));
}

TEST_F(ClientGroups, AHandlerMayBeginToFinishItsOwnMembership) {
  auto client = connect();
  std::promise<void> joined;
  const auto has_joined = joined.get_future().share();
  std::promise<bool> asked;
  std::atomic<int> seen{0};
  std::optional<Membership> member;
  auto options = quick(Order::any);
  options.max_in_flight = 1;
  member.emplace(client.join(
      "work", "chat.>",
      [&](const Work&) {
        has_joined.wait();
        ++seen;
        asked.set_value(member->finish(patient(10s)));
      },
      options));
  joined.set_value();
  publish(client, 2);
  EXPECT_FALSE(asked.get_future().get()) << "what it is at is not settled";
  EXPECT_TRUE(member->finish(patient(5s)));
  EXPECT_EQ(seen, 1);
}

TEST_F(ClientGroups, FinishingEndsWithALostSessionAndAClosedClient) {
  auto client = connect();
  auto closed = connect();
  publish(client, 2);
  std::mutex mutex;
  std::vector<Settler> kept;
  std::atomic<int> seen{0};
  const auto keep = [&](const Work&, Settler settler) {
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(settler));
    ++seen;
  };
  auto options = quick(Order::any);
  options.max_in_flight = 1;
  auto lost = client.join("work", "chat.>", keep, options);
  auto other = closed.join("work", "chat.>", keep, options);
  ASSERT_TRUE(eventually(5s, [&] { return seen == 2; }));
  EXPECT_FALSE(lost.finish(1ms));
  EXPECT_FALSE(other.finish(1ms));
  closed.close(patient(1s));
  EXPECT_TRUE(other.finish(patient(5s)));
  broker->kill();
  broker.emplace(address.str(), address.folder());
  EXPECT_TRUE(lost.finish(patient(10s)));
  EXPECT_TRUE(client.wait_ready(patient(10s)));
  EXPECT_TRUE(client.query(QueryKind::members).get().empty()) << "it does not join again";
}

TEST_F(ClientGroups, AnExclusiveGroupHasOneActiveMemberAndHandsOverWithAHigherTerm) {
  auto one = connect();
  auto other = connect();
  Handled handled;
  std::atomic<std::uint64_t> first_term{0};
  std::atomic<std::uint64_t> second_term{0};
  const auto with = [&](std::atomic<std::uint64_t>& term) {
    auto options = quick(Order::exclusive);
    options.on_role = [&term](const Role& role) { term = role.active ? role.term : 0; };
    return options;
  };
  const auto work = [&](const Work& it) { handled.add(it); };
  auto first = std::make_optional(one.join("work", "chat.>", work, with(first_term)));
  ASSERT_TRUE(eventually(5s, [&] { return first_term > 0; }));
  const auto second = other.join("work", "chat.>", work, with(second_term));
  ASSERT_TRUE(second.wait_ready(patient(5s)));
  publish(one, 20);
  EXPECT_TRUE(eventually(5s, [&] { return handled.payloads() == expected; }));
  EXPECT_EQ(second_term, 0U);
  const std::uint64_t before = first_term;
  first.reset();
  EXPECT_TRUE(eventually(5s, [&] { return second_term > before; }));
  publish(other, 20);
  EXPECT_TRUE(eventually(5s, [&] { return handled.payloads() == expected; }));
  EXPECT_EQ(handled.count(), expected.size());
}

TEST_F(ClientGroups, WhatWasAcknowledgedIsNotHandledAgainAfterTheBrokerWasKilled) {
  auto client = connect();
  publish(client, 500);
  Handled handled;
  std::mutex mutex;
  std::set<std::uint64_t> acknowledged;
  std::set<std::uint64_t>
      unknown;  // sent when the broker was killed: it may have been stored, and then never comes again
  std::atomic<int> repeated{0};
  const auto member = client.join(
      "work", "chat.>",
      [&](const Work& it, Settler settler) {
        const auto sequence = it.message.position.sequence;
        {
          const std::lock_guard lock(mutex);
          if (acknowledged.contains(sequence)) ++repeated;
        }
        handled.add(it);
        settler.ack([&, sequence](const std::optional<Error>& error) {
          const std::lock_guard lock(mutex);
          if (!error) acknowledged.insert(sequence);
          if (error && error->code() == ErrorCode::outcome_unknown) unknown.insert(sequence);
        });
      },
      quick(Order::key));
  for (int i = 0; i < 2; ++i) {
    const auto so_far = handled.count();
    ASSERT_TRUE(eventually(10s, [&] { return handled.count() > so_far || handled.payloads() == expected; }));
    broker->kill();
    broker.emplace(address.str(), address.folder());
    publish(client, 100);
  }
  EXPECT_TRUE(eventually(30s, [&] {
    const std::lock_guard lock(mutex);
    std::set<std::uint64_t> either(acknowledged);
    either.insert(unknown.begin(), unknown.end());
    return either.size() == expected.size();
  }));
  EXPECT_EQ(handled.payloads(), expected);
  EXPECT_EQ(repeated, 0);
  EXPECT_TRUE(handled.in_order());
}

TEST_F(ClientGroups, CutOffAtRandomMembersHandleEverythingInOrder) {
  Gate gate(address.folder() / "gate", address.folder() / "broker");
  auto publisher = connect();
  auto one = connect_to(gate.address());
  auto other = connect_to(gate.address());
  Handled handled;
  const auto work = [&](const Work& it) { handled.add(it); };
  auto options = quick(Order::key);
  options.max_deliver = 1'000;  // each cut may be a failure of what was being handled
  const auto first = one.join("work", "chat.>", work, options);
  const auto second = other.join("work", "chat.>", work, options);
  ASSERT_TRUE(first.wait_ready(patient(10s)));
  ASSERT_TRUE(second.wait_ready(patient(10s)));
  for (int round = 0; round < 5; ++round) {
    publish(publisher, 100 + chance() % 100);
    gate.cut();
  }
  EXPECT_TRUE(eventually(30s, [&] { return handled.payloads() == expected; }));
  EXPECT_TRUE(handled.in_order());
}

TEST_F(ClientGroups, ADroppedGroupEndsItsMembers) {
  auto client = connect();
  std::promise<ErrorCode> ended;
  JoinOptions options;
  options.on_error = [&](const Error& error) { ended.set_value(error.code()); };
  const auto member = client.join(
      "work", "chat.>", [](const Work&) {}, options);
  ASSERT_TRUE(member.wait_ready(patient(5s)));
  client.manage({.kind = GroupAction::Kind::drop, .group = "work"}, patient(5s)).get();
  auto future = ended.get_future();
  ASSERT_EQ(future.wait_for(patient(5s)), std::future_status::ready);
  EXPECT_EQ(future.get(), ErrorCode::no_such_group);
  EXPECT_THROW(client.manage({.kind = GroupAction::Kind::drop, .group = "work"}, patient(5s)).get(), Error);
}

}  // namespace
}  // namespace fanfare::test
