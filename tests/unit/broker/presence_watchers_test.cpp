#include "broker/core/presence/watchers.hpp"

#include <gmock/gmock.h>

#include <random>

#include "protocol/frame.hpp"
#include "protocol/topic.hpp"
#include "tests/unit/broker/presence_view.hpp"

namespace fanfare::broker::core::presence {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Keys and watchers that are fast or slow as the test says, driven as Presence drives them.
class Watched : public Outlet {
 public:
  static constexpr std::size_t kBound = 2'000;

  explicit Watched(std::size_t turn = Keys::kTurn, std::size_t bound = kBound)
      : watchers(Uuid{{1}}, bound, *this, turn) {}

  void send(SessionKey watcher, const protocol::PresenceUpdate& update) override {
    std::string bytes;
    protocol::append_command(bytes, update);
    EXPECT_LE(bytes.size(), Watchers::kMaxCommand);
    largest = std::max(largest, bytes.size());
    unconfirmed_[watcher] += bytes.size();
    views[watcher].take(update);
  }
  [[nodiscard]] std::size_t unconfirmed(SessionKey watcher) const override {
    const auto found = unconfirmed_.find(watcher);
    return found == unconfirmed_.end() ? 0 : found->second;
  }

  void confirm(SessionKey watcher) {
    unconfirmed_[watcher] = 0;
    watchers.has_room(watcher);
  }

  /// One turn.
  void turn() {
    keys.let_go_left(now);
    keys.expire(now);
    while (keys.has_transitions()) watchers.tell(keys.take_transitions(watchers.max_names()), ++version, false);
    watchers.work(keys.all(), version, false);
  }
  void settle() {
    do turn();
    while (keys.ready() || watchers.ready());
  }

  std::set<std::string> truth(const std::set<std::string>& patterns) const {
    std::set<std::string> all;
    for (const auto& [name, key] : keys.all()) {
      for (const auto& pattern : patterns) {
        if (protocol::matches(pattern, name)) all.insert(name);
      }
    }
    return all;
  }

  Instant now{.steady = seconds(100), .clock = 0};
  Keys keys{seconds(1), seconds(0), 10'000'000};
  std::uint64_t version = 1;
  std::map<SessionKey, PresenceView> views;
  std::size_t largest = 0;
  Watchers watchers;

 private:
  std::map<SessionKey, std::size_t> unconfirmed_;
};

TEST(PresenceWatchers, AChangeBetweenTwoPartsOfASnapshotIsNotLost) {
  Watched watched(Keys::kTurn, 1U << 20U);
  for (int i = 0; i < 20'000; ++i) watched.keys.hold(1, "user." + std::to_string(i), watched.now);
  watched.settle();
  watched.watchers.watch(7, "user.>");
  watched.watchers.want_snapshot(7);
  watched.turn();
  EXPECT_FALSE(watched.views[7].complete);
  // One in a part that was sent already, one in a part that comes, one that is new, one that comes and goes.
  watched.keys.release(1, "user.0", watched.now);
  watched.keys.release(1, "user.9999", watched.now);
  watched.keys.hold(1, "user.00", watched.now);
  watched.now.steady += seconds(1);
  watched.confirm(7);
  watched.turn();
  watched.keys.hold(1, "user.9999", watched.now);
  for (int i = 0; i < 100; ++i) {
    watched.confirm(7);
    watched.settle();
  }
  EXPECT_TRUE(watched.views[7].complete);
  EXPECT_EQ(watched.views[7].resets, 0U);
  EXPECT_EQ(watched.views[7].online, watched.truth({"user.>"}));
}

TEST(PresenceWatchers, APatternThatIsAddedDuringASnapshotBeginsItAnew) {
  Watched watched(1);
  for (const auto* key : {"a.1", "a.2", "b.1", "b.2"}) watched.keys.hold(1, key, watched.now);
  watched.watchers.watch(7, "b.*");
  watched.watchers.want_snapshot(7);
  watched.turn();
  watched.watchers.watch(7, "a.*");
  watched.watchers.want_snapshot(7);
  watched.keys.hold(1, "a.3", watched.now);
  watched.settle();
  EXPECT_TRUE(watched.views[7].complete);
  EXPECT_EQ(watched.views[7].online, watched.truth({"a.*", "b.*"}));
}

TEST(PresenceWatchers, WhoDoesNotConfirmIsToldNoMoreUntilItHasRoom) {
  Watched watched;
  watched.watchers.watch(7, ">");
  watched.watchers.want_snapshot(7);
  watched.settle();
  auto& view = watched.views[7];
  for (int i = 0; i < 1'000; ++i) {
    watched.keys.hold(1, "user." + std::to_string(i), watched.now);
    watched.settle();
  }
  EXPECT_LE(watched.unconfirmed(7), Watched::kBound + 100);
  EXPECT_LT(view.online.size(), 100U);
  for (int parts = 0; parts < 20; ++parts) {
    watched.confirm(7);
    watched.settle();
  }
  EXPECT_EQ(view.resets, 1U);
  EXPECT_EQ(watched.watchers.resets(), 1U);
  EXPECT_EQ(view.online, watched.truth({">"}));
  watched.keys.hold(1, "user.later", watched.now);
  watched.confirm(7);
  watched.settle();
  EXPECT_TRUE(view.online.contains("user.later"));
  EXPECT_EQ(view.resets, 1U);
}

TEST(PresenceWatchers, ASlowOneDoesNotHoldUpOthers) {
  Watched watched;
  for (const SessionKey session : {7U, 8U}) {
    watched.watchers.watch(session, ">");
    watched.watchers.want_snapshot(session);
  }
  for (int i = 0; i < 1'000; ++i) {
    watched.keys.hold(1, "user." + std::to_string(i), watched.now);
    watched.confirm(8);
    watched.settle();
  }
  EXPECT_EQ(watched.views[8].online, watched.truth({">"}));
  EXPECT_EQ(watched.views[8].resets, 0U);
}

TEST(PresenceWatchers, LongNamesMakeNoCommandTooLarge) {
  Watched watched(Keys::kTurn, 1U << 20U);
  const std::string tail(240, 'x');
  watched.watchers.watch(7, ">");
  watched.watchers.want_snapshot(7);
  for (int i = 0; i < 2'000; ++i) watched.keys.hold(1, std::to_string(i) + tail, watched.now);
  watched.turn();
  watched.confirm(7);
  watched.watchers.want_snapshot(7);
  for (int i = 0; i < 20; ++i) {
    watched.confirm(7);
    watched.settle();
  }
  EXPECT_GT(watched.largest, Watchers::kMaxCommand / 2);
  EXPECT_EQ(watched.views[7].online.size(), 2'000U);
}

TEST(PresenceWatchers, WhatIsUnconfirmedStaysNearTheBound) {
  constexpr std::size_t kSmall = 16U << 10U;
  Watched watched(Keys::kTurn, kSmall);
  watched.watchers.watch(7, ">");
  watched.watchers.want_snapshot(7);
  for (int i = 0; i < 9'000; ++i) watched.keys.hold(1, std::to_string(i), watched.now);
  watched.settle();
  EXPECT_LE(watched.unconfirmed(7), 2 * kSmall);
  for (int i = 0; i < 20; ++i) {
    watched.confirm(7);
    watched.settle();
    EXPECT_LE(watched.unconfirmed(7), 2 * kSmall);
  }
  EXPECT_EQ(watched.views[7].online, watched.truth({">"}));
}

TEST(PresenceWatchers, PatternsThatOverlapShowAKeyOnce) {
  Watched watched;
  for (const auto* key : {"a", "a.b", "a.b.c", "ab.c", "b.c", "b.d"}) watched.keys.hold(1, key, watched.now);
  const std::set<std::string> patterns = {"a.b", "a.*", "a.>", "*.c", "b.d", "a"};
  for (const auto& pattern : patterns) watched.watchers.watch(7, pattern);
  watched.watchers.want_snapshot(7);
  watched.settle();
  EXPECT_EQ(watched.views[7].online, watched.truth(patterns));
}

TEST(PresenceWatchers, ViewsEqualTheTruthWhateverHappens) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&](std::size_t bound) { return random() % bound; };
  const std::vector<std::string> some = {">", "a.*", "a.>", "b.1", "b.2", "*.3", "c.>", "a.x.*", "nobody"};
  Watched watched(7, 400);  // so that a snapshot takes many turns
  std::map<SessionKey, std::set<std::string>> patterns;
  const auto key = [&] {
    const std::string first(1, static_cast<char>('a' + below(3)));
    return first + (below(3) == 0 ? ".x." : ".") + std::to_string(below(200));
  };
  std::size_t resets = 0;
  for (int step = 0; step < 20'000; ++step) {
    const SessionKey session = 1 + below(4);
    const SessionKey watcher = 11 + below(3);
    switch (below(12)) {
      case 0:
      case 1:
      case 2:
      case 3:
        watched.keys.hold(session, key(), watched.now);
        break;
      case 4:
      case 5:
        watched.keys.release(session, key(), watched.now);
        break;
      case 6:
        if (below(20) == 0) watched.keys.leave(session);
        break;
      case 7:
        watched.now.steady += milliseconds(below(300));
        break;
      case 8: {
        const auto& pattern = some[below(some.size())];
        watched.watchers.watch(watcher, pattern);
        watched.watchers.want_snapshot(watcher);
        patterns[watcher].insert(pattern);
        break;
      }
      case 9: {
        if (patterns[watcher].empty()) break;
        const auto pattern = *patterns[watcher].begin();
        watched.watchers.unwatch(watcher, pattern);
        patterns[watcher].erase(pattern);
        break;
      }
      case 10:
        watched.confirm(watcher);
        break;
      default:
        watched.turn();
    }
    if (step % 200 != 199) continue;
    // Everybody catches up: then all must know the truth.
    for (int i = 0; i < 200; ++i) {
      for (const auto& [one, its] : patterns) watched.confirm(one);
      watched.settle();
    }
    for (const auto& [one, its] : patterns) {
      auto known = watched.views[one].online;
      std::erase_if(known, [&, its = &its](const std::string& name) {
        return std::ranges::none_of(*its, [&](const auto& pattern) { return protocol::matches(pattern, name); });
      });
      if (its.empty()) continue;
      ASSERT_TRUE(watched.views[one].complete);
      ASSERT_EQ(known, watched.truth(its)) << "watcher " << one << " in step " << step;
    }
  }
  for (const auto& [one, view] : watched.views) resets += view.resets;
  EXPECT_GT(resets, 0U) << "the test is meant to have slow watchers";
}

}  // namespace
}  // namespace fanfare::broker::core::presence
