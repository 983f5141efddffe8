// Whatever sessions hold, let go and watch: after each step every watcher knows exactly what a plain model says.

#include <gtest/gtest.h>

#include <random>

#include "protocol/topic.hpp"
#include "tests/unit/broker/presence_peers.hpp"

namespace fanfare::broker::core {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

class PresenceModel {
 public:
  PresenceModel(microseconds grace, microseconds settles) : grace_(grace), settles_(settles) {}

  void hold(ConnectionId peer, const std::string& key) { holders_[key].insert(peer); }
  void release(ConnectionId peer, const std::string& key, microseconds now) {
    const auto found = holders_.find(key);
    if (found == holders_.end() || found->second.erase(peer) == 0 || !found->second.empty()) return;
    holders_.erase(found);
    ends_[key] = std::max(now + grace_, settles_);
  }
  void leave(ConnectionId peer, microseconds now) {
    auto keys = holders_;
    for (const auto& [key, who] : keys) release(peer, key, now);
  }
  [[nodiscard]] std::set<std::string> online(const std::set<std::string>& patterns, microseconds now) const {
    std::set<std::string> all;
    const auto matches = [&](const std::string& key) {
      return std::ranges::any_of(patterns, [&](const auto& pattern) { return protocol::matches(pattern, key); });
    };
    for (const auto& [key, who] : holders_) {
      if (matches(key)) all.insert(key);
    }
    for (const auto& [key, ends] : ends_) {
      if (ends > now && matches(key)) all.insert(key);
    }
    return all;
  }
  [[nodiscard]] bool settling(microseconds now) const { return now < settles_; }

 private:
  microseconds grace_;
  microseconds settles_;
  std::map<std::string, std::set<ConnectionId>> holders_;
  std::map<std::string, microseconds> ends_;
};

class PresenceRandom : public testing::Test {
 protected:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  ConnectionId any() { return peers_[below(peers_.size())]; }
  std::string key() { return std::string(1, static_cast<char>('a' + below(3))) + "." + std::to_string(below(6)); }
  std::vector<std::string> keys() {
    std::vector<std::string> keys(1 + below(4));
    std::ranges::generate(keys, [this] { return key(); });
    return keys;
  }

  void step() {
    const auto peer = any();
    switch (below(8)) {
      case 0:
      case 1:
      case 2: {
        const auto some = keys();
        driver_.hold(peer, some);
        for (const auto& one : some) model_.hold(peer, one);
        break;
      }
      case 3: {
        const auto some = keys();
        driver_.release(peer, some);
        for (const auto& one : some) model_.release(peer, one, driver_.now.steady);
        break;
      }
      case 4: {
        const auto& pattern = kPatterns[below(kPatterns.size())];
        driver_.watch(peer, {pattern});
        patterns_[peer].insert(pattern);
        break;
      }
      case 5: {
        const auto& pattern = kPatterns[below(kPatterns.size())];
        driver_.unwatch(peer, {pattern});
        patterns_[peer].erase(pattern);
        break;
      }
      case 6:
        if (below(3) == 0) replace(peer);
        break;
      default:
        driver_.pass(milliseconds(below(2'500)), peers_);
    }
  }

  /// The session ends and another one comes, which knows nothing of it.
  void replace(ConnectionId peer) {
    driver_.from(peer, protocol::Bye{});
    driver_.finish();
    model_.leave(peer, driver_.now.steady);
    patterns_.erase(peer);
    std::erase(peers_, peer);
    peers_.push_back(driver_.peer("peer"));
  }

  void check() {
    for (const auto peer : peers_) {
      auto& view = driver_.view(peer);
      const auto& patterns = patterns_[peer];
      if (patterns.empty()) continue;
      ASSERT_TRUE(view.complete);
      ASSERT_EQ(view.resets, 0U);
      ASSERT_EQ(view.settling, model_.settling(driver_.now.steady));
      auto known = view.online;  // a client forgets what it does not watch any more
      std::erase_if(known, [&](const std::string& name) {
        return std::ranges::none_of(patterns, [&](const auto& one) { return protocol::matches(one, name); });
      });
      ASSERT_EQ(known, model_.online(patterns, driver_.now.steady));
    }
  }

  const std::vector<std::string> kPatterns = {">", "a.*", "b.>", "*.1", "c.2", "c.3"};
  std::uint32_t seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
  PresenceDriver driver_;
  PresenceModel model_{std::chrono::seconds(4), driver_.now.steady + std::chrono::seconds(14)};
  std::vector<ConnectionId> peers_{driver_.peer(), driver_.peer(), driver_.peer(), driver_.peer()};
  std::map<ConnectionId, std::set<std::string>> patterns_;
};

TEST_F(PresenceRandom, EveryWatcherKnowsTheTruthAfterEachStep) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  for (int i = 0; i < 3'000; ++i) {
    step();
    check();
    if (HasFatalFailure()) FAIL() << "in step " << i;
  }
}

}  // namespace
}  // namespace fanfare::broker::core
