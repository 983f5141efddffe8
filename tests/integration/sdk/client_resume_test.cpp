// Replays, pages and reconnects with the built broker.
#include <gtest/gtest.h>
#include <fanfare/client.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <mutex>
#include <random>

#include "tests/integration/sdk/broker_process.hpp"
#include "tests/integration/sdk/gate.hpp"
#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;

/// What a subscription was given, and what it was told is missing.
class Collected {
 public:
  void add(const Message& message) {
    const std::lock_guard lock(mutex_);
    payloads_.emplace_back(message.payload);
    timestamps_.push_back(message.timestamp);
  }
  void add(const Gap&) {
    const std::lock_guard lock(mutex_);
    ++gaps_;
  }
  [[nodiscard]] std::vector<std::string> payloads() const {
    const std::lock_guard lock(mutex_);
    return payloads_;
  }
  [[nodiscard]] std::vector<Timestamp> timestamps() const {
    const std::lock_guard lock(mutex_);
    return timestamps_;
  }
  [[nodiscard]] std::size_t count() const { return payloads().size(); }
  [[nodiscard]] int gaps() const {
    const std::lock_guard lock(mutex_);
    return gaps_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> payloads_;
  std::vector<Timestamp> timestamps_;
  int gaps_ = 0;
};

class ClientResume : public testing::Test {
 protected:
  [[nodiscard]] static Client connect(const std::string& address) {
    auto client = Client::connect({.address = address, .name = "resuming"});
    EXPECT_TRUE(client.wait_ready(patient(10s))) << client.state().reason;
    return client;
  }

  [[nodiscard]] static Subscription collect(Client& client, std::string_view pattern, From from, Collected& into) {
    auto subscription = client.subscribe(pattern, [&into](const Message& message) { into.add(message); },
                                         {.from = from, .on_gap = [&into](const Gap& gap) { into.add(gap); }});
    EXPECT_TRUE(subscription.wait_ready(patient(5s)));
    return subscription;
  }

  /// The numbers from `first` up to, not including, `end`.
  [[nodiscard]] static std::vector<std::string> numbers(std::size_t first, std::size_t end) {
    std::vector<std::string> all;
    for (auto i = first; i < end; ++i) all.push_back(std::to_string(i));
    return all;
  }

  [[nodiscard]] static std::vector<Ack> publish(Client& client, std::size_t count) {
    std::vector<std::future<Ack>> open;
    for (std::size_t i = 0; i < count; ++i) open.push_back(client.publish("chat.1", std::to_string(i)));
    std::vector<Ack> acks;
    for (auto& ack : open) acks.push_back(ack.get());
    return acks;
  }

  const TemporaryAddress address;
  BrokerProcess broker{address.str(), address.folder()};
};

TEST_F(ClientResume, AStreamIsReplayedFromWhereItIsAskedForAndGoesOnLive) {
  auto client = connect(address.str());
  const auto acks = publish(client, 50);
  Collected all;
  const auto first = collect(client, "chat.>", From::all(), all);
  ASSERT_TRUE(eventually(5s, [&] { return all.count() == 50; }));
  const auto times = all.timestamps();
  const auto time = times[30];
  const auto since = static_cast<std::size_t>(std::ranges::find(times, time) - times.begin());

  Collected after;
  Collected at;
  Collected timed;
  Collected now;
  const auto second = collect(client, "chat.1", From::after(acks[9].position), after);
  const auto third = collect(client, "chat.*", From::at(acks[20].position.sequence), at);
  const auto fourth = collect(client, "chat.>", From::time(time), timed);
  const auto fifth = collect(client, "chat.>", From::now(), now);
  client.publish("chat.1", "50").get();
  for (const auto* one : {&all, &after, &at, &timed, &now}) {
    EXPECT_TRUE(eventually(5s, [&] { return one->count() > 0 && one->payloads().back() == "50"; }));
    EXPECT_EQ(one->gaps(), 0);
  }
  EXPECT_EQ(all.payloads(), numbers(0, 51));
  EXPECT_EQ(after.payloads(), numbers(10, 51));
  EXPECT_EQ(at.payloads(), numbers(20, 51));
  EXPECT_EQ(timed.payloads(), numbers(since, 51));
  EXPECT_EQ(now.payloads(), numbers(50, 51));
}

TEST_F(ClientResume, AStartNeedsOneStream) {
  auto client = connect(address.str());
  const auto subscription = client.subscribe(">", [](const Message&) {}, {.from = From::all()});
  EXPECT_THROW((void)subscription.wait_ready(patient(5s)), Error);
  EXPECT_THROW(client.fetch(">", {}).get(), Error);
}

TEST_F(ClientResume, FetchReadsAStreamPageByPage) {
  auto client = connect(address.str());
  (void)publish(client, 1'000);
  std::vector<std::string> seen;
  int pages = 0;
  FetchOptions options{.max_count = 300};
  for (bool last = false; !last && pages < 100; ++pages) {
    const auto page = client.fetch("chat.>", options, patient(5s)).get();
    EXPECT_LE(page.messages.size(), 300U);
    EXPECT_TRUE(page.recovered);
    for (const auto& message : page.messages) seen.emplace_back(message.payload);
    options.from = From::after(page.through);
    last = page.last;
  }
  EXPECT_EQ(seen, numbers(0, 1'000));
  EXPECT_GE(pages, 4);
}

TEST_F(ClientResume, CutOffAtRandomAClientPublishesOnceAndSeesExactlyTheStream) {
  const auto* given = std::getenv("FANFARE_TEST_SEED");
  const auto seed = given == nullptr ? std::random_device()() : std::strtoull(given, nullptr, 10);
  std::printf("FANFARE_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 chance{seed};

  Gate gate(address.folder() / "gate", address.folder() / "broker");
  // The broker has bound its address before the first connection passes the gate.
  { const auto early = connect(address.str()); }
  auto client = connect(gate.address());
  Collected all;
  Collected live;
  const auto from_the_beginning = collect(client, "chat.>", From::all(), all);
  const auto from_now = collect(client, "chat.1", From::now(), live);
  constexpr std::size_t kCount = 5'000;
  for (std::size_t i = 0; i < kCount; ++i) {
    auto ack = client.publish("chat.1", std::to_string(i));
    if (chance() % 300 != 0) continue;
    gate.cut();
    ASSERT_EQ(ack.wait_for(patient(20s)), std::future_status::ready);
    ack.get();
  }
  EXPECT_TRUE(eventually(20s, [&] { return all.count() >= kCount && live.count() >= kCount; }));
  EXPECT_EQ(all.payloads(), numbers(0, kCount));
  EXPECT_EQ(live.payloads(), numbers(0, kCount));
  EXPECT_EQ(all.gaps() + live.gaps(), 0);
}

/// One client behind a gate, another that is never cut off.
class ClientCutOff : public ClientResume {
 protected:
  [[nodiscard]] static std::uint64_t seed() {
    const auto* given = std::getenv("FANFARE_TEST_SEED");
    const auto seed = given == nullptr ? std::random_device()() : std::strtoull(given, nullptr, 10);
    std::printf("FANFARE_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
    return seed;
  }

  [[nodiscard]] Client behind_gate() {
    auto client =
        Client::connect({.address = gate.address(), .name = "cut-off", .on_state = [this](const State& state) {
                           if (state.connection != Connection::ready) return;
                           ++(state.resumed ? resumed : begun);
                         }});
    EXPECT_TRUE(client.wait_ready(patient(10s))) << client.state().reason;
    return client;
  }

  /// Cuts the connection and waits until the session goes on.
  void cut() {
    const auto before = resumed.load();
    gate.cut();
    ASSERT_TRUE(eventually(20s, [&] { return resumed.load() > before; }));
  }

  // The broker has bound its address before the first connection passes the gate.
  Client other = connect(address.str());
  Gate gate{address.folder() / "gate", address.folder() / "broker"};
  std::atomic<int> begun{0};
  std::atomic<int> resumed{0};
};

TEST_F(ClientCutOff, AnEphemeralSubscriberMissesNothing) {
  auto client = behind_gate();
  Collected seen;
  const auto subscription = collect(client, "ephemeral.>", From::now(), seen);
  constexpr std::size_t kCount = 2'000;
  for (std::size_t i = 0; i < kCount; ++i) {
    if (i % 500 == 250) gate.cut();
    EXPECT_EQ(other.publish("ephemeral.1", std::to_string(i)).get().matched, 1U);
  }
  EXPECT_TRUE(eventually(20s, [&] { return seen.count() >= kCount; }));
  EXPECT_EQ(seen.payloads(), numbers(0, kCount));
  EXPECT_EQ(seen.gaps(), 0);
  EXPECT_EQ(begun, 1);
  EXPECT_GT(resumed, 0);
}

TEST_F(ClientCutOff, AnOpenRequestGetsItsReply) {
  auto client = behind_gate();
  std::promise<Responder> asked;
  const auto service =
      other.serve("svc.slow", [&](const Request&, Responder responder) { asked.set_value(std::move(responder)); });
  ASSERT_TRUE(service.wait_ready(patient(5s)));
  auto reply = client.request("svc.slow", "?", 60s);
  auto begins = asked.get_future();
  ASSERT_EQ(begins.wait_for(patient(20s)), std::future_status::ready);
  auto responder = begins.get();
  gate.cut();
  responder.reply({.payload = "!", .headers = {}});
  ASSERT_EQ(reply.wait_for(patient(20s)), std::future_status::ready);
  EXPECT_EQ(reply.get().payload, "!");
  EXPECT_EQ(begun, 1);
}

TEST_F(ClientCutOff, AServiceAnswersWhatItWasHandedBefore) {
  auto client = behind_gate();
  std::promise<Responder> asked;
  const auto service =
      client.serve("svc.slow", [&](const Request&, Responder responder) { asked.set_value(std::move(responder)); });
  ASSERT_TRUE(service.wait_ready(patient(5s)));
  auto reply = other.request("svc.slow", "?", 60s);
  auto begins = asked.get_future();
  ASSERT_EQ(begins.wait_for(patient(20s)), std::future_status::ready);
  auto responder = begins.get();
  gate.cut();
  responder.reply({.payload = "!", .headers = {}});
  ASSERT_EQ(reply.wait_for(patient(20s)), std::future_status::ready);
  EXPECT_EQ(reply.get().payload, "!");
  EXPECT_EQ(begun, 1);
}

TEST_F(ClientCutOff, AMemberKeepsItsWorkAndNothingComesAgain) {
  auto client = behind_gate();
  std::mutex mutex;
  std::vector<Settler> kept;
  std::vector<std::string> seen;
  std::atomic<int> again{0};
  const auto member = client.join("work", "chat.>", [&](const Work& work, Settler settler) {
    const std::lock_guard lock(mutex);
    if (work.attempt > 1) ++again;
    seen.emplace_back(work.message.payload);
    kept.push_back(std::move(settler));
  });
  ASSERT_TRUE(member.wait_ready(patient(5s)));
  (void)publish(other, 20);
  const auto count = [&] {
    const std::lock_guard lock(mutex);
    return seen.size();
  };
  ASSERT_TRUE(eventually(10s, [&] { return count() == 20; }));
  gate.cut();
  std::atomic<int> stored{0};
  std::atomic<int> refused{0};
  {
    const std::lock_guard lock(mutex);
    for (auto& settler : kept) settler.ack([&](const std::optional<Error>& error) { ++(error ? refused : stored); });
    kept.clear();
  }
  EXPECT_TRUE(eventually(20s, [&] { return stored == 20; }));
  EXPECT_EQ(refused, 0);
  EXPECT_EQ(again, 0);
  EXPECT_EQ(count(), 20U);
  EXPECT_EQ(begun, 1);
}

TEST_F(ClientCutOff, EachPublishHasItsOwnPositionAndIsRepeatedOnlyInItsSession) {
  std::mt19937_64 chance{seed()};
  auto client = behind_gate();
  std::vector<std::future<Ack>> open;
  for (std::size_t i = 0; i < 3'000; ++i) {
    open.push_back(client.publish("chat.1", std::to_string(i)));
    if (chance() % 500 == 0) cut();
  }
  std::uint64_t last = 0;
  for (auto& one : open) {
    ASSERT_EQ(one.wait_for(patient(20s)), std::future_status::ready);
    const auto ack = one.get();
    EXPECT_FALSE(ack.repeated);
    EXPECT_TRUE(last == 0 || ack.position.sequence == last + 1) << last;
    last = ack.position.sequence;
  }
  EXPECT_EQ(begun, 1);
}

}  // namespace
}  // namespace fanfare::test
