// Presence over a connection that is cut, sessions that are lost and a broker that is restarted: what each watch was
// told is the truth whenever everything has arrived, and no one who was always there is ever told to be offline.
#include <cstdio>
#include <cstdlib>

#include "protocol/topic.hpp"
#include "tests/unit/sdk/presence_model.hpp"

namespace fanfare::session::test {
namespace {

std::uint64_t presence_seed() {
  const auto* given = std::getenv("FANFARE_TEST_SEED");
  return given == nullptr ? std::random_device()() : std::strtoull(given, nullptr, 10);
}

const std::vector<std::string>& all_patterns() {
  static const std::vector<std::string> kPatterns{"user.>", "user.*", "bot.>", "*.1", "user.2", ">", "user.stays"};
  return kPatterns;
}

/// A session and its broker; everything that happens follows from the seed.
class PresenceStory final : public SessionTest {
 public:
  explicit PresenceStory(std::uint64_t seed) : chance(seed) {
    for (const auto& key : stays) broker.hold(key);
    come_back();
  }
  void TestBody() override {}

  [[nodiscard]] bool one_in(std::uint64_t count) { return chance() % count == 0; }
  template <class Range>
  [[nodiscard]] auto one_of(const Range& range) {
    return *std::next(range.begin(), static_cast<std::ptrdiff_t>(chance() % range.size()));
  }

  void come_back() {
    wait(10s);
    session.opened(now, 0.5);
    std::string hello;
    ASSERT_TRUE(session.next_frame(hello, now, false));
    broker.connected(hello, welcome());
  }

  void cut() {
    session.lost(now, Error(ErrorCode::unreachable));
    broker.link.cut();
  }

  std::string any_key() { return (one_in(3) ? "bot." : "user.") + std::to_string(chance() % 6); }

  void others_act() {
    if (one_in(2)) {
      broker.hold(any_key());
    } else {
      broker.release(any_key());
    }
  }

  void client_acts() {
    switch (chance() % 4) {
      case 0:
        holds.emplace(++last_handle, any_key());
        session.hold(last_handle, holds.at(last_handle));
        break;
      case 1:
        if (holds.empty()) return;
        session.remove(holds.begin()->first);
        holds.erase(holds.begin());
        break;
      case 2:
        if (watches.size() >= 5) return;
        watches.emplace(++last_handle, one_of(all_patterns()));
        session.watch(last_handle, watches.at(last_handle));
        break;
      default:
        if (watches.empty()) return;
        const auto gone = one_of(watches).first;
        session.remove(gone);
        watches.erase(gone);
        views.erase(gone);
    }
  }

  void disturb() {
    switch (chance() % 8) {
      case 0:
        cut();
        broker.restart();
        // Whoever stays comes back before the broker is sure.
        coming_back = {stays.begin(), stays.end()};
        break;
      case 1:
      case 2:
        cut();
        broker.lose_session();
        break;
      case 3:
        broker.overwhelm();
        break;
      default:
        if (session.has_connection()) cut();
    }
  }

  void transfer() {
    if (!session.has_connection()) return;
    std::string frame;
    if (session.next_frame(frame, now, one_in(2))) {
      protocol::FrameReader reader(frame);
      while (const auto command = reader.next()) broker.received(*command);
    }
    if (one_in(4)) broker.link.give_credit();
    if (broker.link.has_frames() && one_in(2)) {
      session.received(broker.link.take_frame(), now);
      ASSERT_TRUE(session.has_connection());
      listen();
    }
  }

  /// What was told becomes the views.
  void listen() {
    for (const auto& line : std::exchange(told.presence, {})) {
      const auto space = line.find(' ');
      const auto handle = static_cast<Handle>(std::stoul(line));
      const auto rest = line.substr(space + 1);
      const auto watch = watches.find(handle);
      ASSERT_NE(watch, watches.end()) << line << ": it has ended";
      const auto split = rest.find(' ');
      if (split == std::string::npos) {
        completed.insert(handle);
        continue;
      }
      const auto key = rest.substr(0, split);
      const auto state = rest.substr(split + 1);
      ASSERT_TRUE(protocol::matches(watch->second, key)) << line;
      auto& known = views[handle];
      const auto before = known.contains(key) ? known.at(key) : "offline";
      ASSERT_NE(before, state) << line << ": it was";
      if (state == "offline") {
        ASSERT_FALSE(stays.contains(key)) << line;
        known.erase(key);
      } else {
        known[key] = state;
      }
    }
  }

  void step(bool disturbs) {
    if (disturbs) {
      if (one_in(3)) others_act();
      if (one_in(8)) client_acts();
      if (one_in(40)) disturb();
    }
    if (!coming_back.empty() && one_in(8)) {
      broker.hold(*coming_back.begin());
      coming_back.erase(coming_back.begin());
    }
    if (broker.settling() && coming_back.empty() && one_in(30)) broker.settle();
    if (one_in(3)) (void)broker.go_on();
    if (!session.has_connection() && one_in(3)) come_back();
    transfer();
    listen();
  }

  /// Everything arrives; then the views are the truth.
  void settle() {
    int quiet = 0;
    for (int i = 0; i < 20'000 && quiet < 200; ++i) {
      step(false);
      const bool still = session.has_connection() && !broker.link.has_frames() && !broker.settling();
      quiet = still ? quiet + 1 : 0;
    }
    ASSERT_EQ(quiet, 200) << "it does not settle";
    std::set<std::string> keys;
    for (const auto& [handle, key] : holds) keys.insert(key);
    EXPECT_EQ(broker.held(), keys);
    std::set<std::string> patterns;
    for (const auto& [handle, pattern] : watches) {
      patterns.insert(pattern);
      EXPECT_TRUE(completed.contains(handle));
      std::map<std::string, std::string> truth;
      for (const auto& key : broker.all_online()) {
        if (protocol::matches(pattern, key)) truth.emplace(key, "online");
      }
      EXPECT_EQ(views[handle], truth) << pattern;
      EXPECT_NE(std::ranges::find(told.registered, handle), told.registered.end());
    }
    EXPECT_EQ(broker.patterns(), patterns);
    for (const auto& [handle, key] : holds) {
      EXPECT_NE(std::ranges::find(told.registered, handle), told.registered.end());
    }
  }

  const std::set<std::string> stays{"user.stays", "bot.stays"};
  std::mt19937_64 chance;
  PresenceModel broker{chance};
  Handle last_handle = 0;
  std::map<Handle, std::string> holds;
  std::map<Handle, std::string> watches;
  std::map<Handle, std::map<std::string, std::string>> views;
  std::set<Handle> completed;
  std::set<std::string> coming_back;
};

TEST(SessionPresenceRandom, EveryWatchKnowsTheTruthWhateverHappens) {
  const auto seed = presence_seed();
  std::printf("seed: FANFARE_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  for (std::uint64_t round = 0; round < 60; ++round) {
    SCOPED_TRACE("round " + std::to_string(round) + ", FANFARE_TEST_SEED=" + std::to_string(seed));
    PresenceStory story(seed + round);
    for (int phase = 0; phase < 4; ++phase) {
      for (int i = 0; i < 400; ++i) story.step(true);
      story.settle();
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace fanfare::session::test
