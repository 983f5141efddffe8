// Presence with the real broker: what is held here is seen there.
#include <gtest/gtest.h>
#include <fanfare/client.hpp>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "tests/integration/sdk/broker_process.hpp"
#include "tests/integration/sdk/gate.hpp"
#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;

/// What a watch was told.
class Watched {
 public:
  PresenceWatch begin(Client& client, std::string_view pattern) {
    return client.watch_presence(
        pattern,
        [this](const PresenceChange& change) {
          const std::lock_guard lock(mutex_);
          auto& latest = states_[std::string(change.key)];
          if (latest == change.state) repeated_ = true;
          if (latest == PresenceState::online) --online_;
          if (change.state == PresenceState::online) ++online_;
          latest = change.state;
          told_.push_back(std::string(change.key) + " " + std::string(to_string(change.state)));
        },
        {.on_complete = [this](bool settling) {
          const std::lock_guard lock(mutex_);
          settling_ = settling;
          ++complete_;
        }});
  }

  [[nodiscard]] std::vector<std::string> told() const {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  [[nodiscard]] std::size_t online() const {
    const std::lock_guard lock(mutex_);
    return online_;
  }
  [[nodiscard]] int complete() const {
    const std::lock_guard lock(mutex_);
    return complete_;
  }
  [[nodiscard]] bool settling() const {
    const std::lock_guard lock(mutex_);
    return settling_;
  }
  /// A key was told to be what it was.
  [[nodiscard]] bool repeated() const {
    const std::lock_guard lock(mutex_);
    return repeated_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> told_;
  std::map<std::string, std::optional<PresenceState>> states_;
  std::size_t online_ = 0;
  int complete_ = 0;
  bool settling_ = false;
  bool repeated_ = false;
};

/// A broker of short times.
class ShortTimes {
 public:
  ShortTimes() {
    ::setenv("FANFARE_LIMITS_LEASE", std::to_string(patient(3s).count()).append("ms").c_str(), 1);
    ::setenv("FANFARE_LIMITS_HEARTBEAT", std::to_string(patient(500ms).count()).append("ms").c_str(), 1);
    ::setenv("FANFARE_LIMITS_PRESENCE_GRACE", "200ms", 1);
  }
  ~ShortTimes() {
    ::unsetenv("FANFARE_LIMITS_LEASE");
    ::unsetenv("FANFARE_LIMITS_HEARTBEAT");
    ::unsetenv("FANFARE_LIMITS_PRESENCE_GRACE");
  }
  ShortTimes(const ShortTimes&) = delete;
  ShortTimes& operator=(const ShortTimes&) = delete;
};

class ClientPresence : public testing::Test {
 protected:
  [[nodiscard]] Client connect(const std::string& name) const {
    auto client = Client::connect({.address = address.str(), .name = name});
    EXPECT_TRUE(client.wait_ready(patient(10s))) << client.state().reason;
    return client;
  }

  const ShortTimes times;
  const TemporaryAddress address;
  std::optional<BrokerProcess> broker{std::in_place, address.str(), address.folder()};
};

TEST_F(ClientPresence, AWatcherHearsWhoComesAndGoes) {
  auto holder = connect("holder");
  auto watcher = connect("watcher");
  auto one = holder.hold_presence("user.1");
  ASSERT_TRUE(one.wait_ready(patient(5s)));
  Watched watched;
  const auto watch = watched.begin(watcher, "user.>");
  ASSERT_TRUE(watch.wait_ready(patient(5s)));
  ASSERT_TRUE(eventually(5s, [&] { return watched.complete() > 0; }));
  EXPECT_EQ(watched.told(), std::vector<std::string>{"user.1 online"});
  const auto two = holder.hold_presence("user.2");
  const auto again = holder.hold_presence("user.2");
  ASSERT_TRUE(again.wait_ready(patient(5s)));
  one.release();
  ASSERT_TRUE(eventually(10s, [&] { return watched.told().size() == 3; }));
  EXPECT_EQ(watched.told(), (std::vector<std::string>{"user.1 online", "user.2 online", "user.1 offline"}));
}

TEST_F(ClientPresence, AWatchMayEndInItsHandler) {
  auto client = connect("client");
  std::optional<PresenceWatch> watch;
  std::promise<void> ended;
  std::promise<void> made;
  watch.emplace(client.watch_presence("user.>", [&](const PresenceChange&) {
    made.get_future().wait();
    watch->unwatch();
    ended.set_value();
  }));
  made.set_value();
  const auto one = client.hold_presence("user.1");
  const auto two = client.hold_presence("user.2");
  EXPECT_EQ(ended.get_future().wait_for(patient(5s)), std::future_status::ready);
}

TEST_F(ClientPresence, WhatIsRefusedSaysWhy) {
  auto client = connect("client");
  std::promise<ErrorCode> told;
  const auto key =
      client.hold_presence("no key", {.on_error = [&](const Error& error) { told.set_value(error.code()); }});
  EXPECT_EQ(told.get_future().get(), ErrorCode::bad_topic);
  EXPECT_THROW((void)key.wait_ready(patient(5s)), Error);
  const auto pattern = client.watch_presence("user.>.x", {});
  EXPECT_THROW((void)pattern.wait_ready(patient(5s)), Error);
  const auto large = client.hold_presence(std::string(300, 'x'));
  EXPECT_THROW((void)large.wait_ready(patient(5s)), Error);
}

TEST_F(ClientPresence, ManyKeysAreHeldInALoopWithoutWaiting) {
  constexpr int kKeys = 20'000;
  auto watcher = connect("watcher");
  Watched watched;
  const auto watch = watched.begin(watcher, "user.>");
  auto holder = connect("holder");
  std::vector<Presence> held;
  for (int i = 0; i < kKeys; ++i) held.push_back(holder.hold_presence("user." + std::to_string(i)));
  ASSERT_TRUE(eventually(30s, [&] { return watched.online() == kKeys; }));
  held.clear();
  ASSERT_TRUE(eventually(30s, [&] { return watched.online() == 0; }));
  EXPECT_FALSE(watched.repeated());
}

TEST_F(ClientPresence, WhatAClosedClientHeldIsOfflineAfterTheGrace) {
  auto watcher = connect("watcher");
  Watched watched;
  const auto watch = watched.begin(watcher, "user.>");
  {
    auto holder = connect("holder");
    const auto one = holder.hold_presence("user.1");
    ASSERT_TRUE(eventually(10s, [&] { return watched.online() == 1; }));
    EXPECT_TRUE(holder.close(patient(5s)));
  }
  ASSERT_TRUE(eventually(10s, [&] { return watched.online() == 0; }));
}

TEST_F(ClientPresence, ABrokerThatIsKilledAndComesBackMakesNobodyOffline) {
  auto holder = connect("holder");
  auto leaver = std::optional(connect("leaver"));
  auto watcher = connect("watcher");
  const auto one = holder.hold_presence("user.1");
  auto two = std::optional(leaver->hold_presence("user.2"));
  Watched watched;
  const auto watch = watched.begin(watcher, "user.>");
  ASSERT_TRUE(eventually(10s, [&] { return watched.online() == 2; }));
  ASSERT_TRUE(eventually(10s, [&] { return watched.complete() > 0 && !watched.settling(); }));
  const auto before = watched.complete();

  broker->kill();
  two.reset();
  leaver.reset();
  broker.emplace(address.str(), address.folder());
  ASSERT_TRUE(eventually(20s, [&] { return watched.complete() > before && !watched.settling(); }));
  ASSERT_TRUE(eventually(10s, [&] { return watched.online() == 1; }));
  for (const auto& line : watched.told()) EXPECT_NE(line, "user.1 offline");
  EXPECT_EQ(watched.told().back(), "user.2 offline");
  EXPECT_FALSE(watched.repeated());
}

TEST_F(ClientPresence, ACutConnectionIsNoTransition) {
  // The broker has bound its address before the first connection passes the gate.
  auto watcher = connect("watcher");
  Gate gate(address.folder() / "gate", address.folder() / "broker");
  std::atomic<int> resumed{0};
  auto holder = Client::connect({.address = gate.address(), .name = "cut-off", .on_state = [&](const State& state) {
                                   if (state.resumed) ++resumed;
                                 }});
  const auto one = holder.hold_presence("user.1");
  ASSERT_TRUE(one.wait_ready(patient(10s)));
  Watched near;
  Watched far;
  const auto here = near.begin(watcher, "user.>");
  const auto there = far.begin(holder, "user.>");
  std::vector<Presence> more;
  for (int i = 1; i <= 3; ++i) {
    gate.cut();
    more.push_back(holder.hold_presence("user.more" + std::to_string(i)));
    ASSERT_TRUE(eventually(10s, [&] { return resumed == i; }));
  }
  ASSERT_TRUE(eventually(10s, [&] { return near.online() == 4 && far.online() == 4; }));
  EXPECT_EQ(near.told().size(), 4U);
  EXPECT_EQ(far.told().size(), 4U);
}

}  // namespace
}  // namespace fanfare::test
