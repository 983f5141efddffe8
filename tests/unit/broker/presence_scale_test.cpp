// 100,000 keys: what they cost in time for one turn and in memory, and that other work goes on between two turns.

#include <gtest/gtest.h>
#include <malloc.h>

#include "tests/support/eventually.hpp"
#include "tests/unit/broker/presence_peers.hpp"

namespace fanfare::broker::core {
namespace {

constexpr std::size_t kSessions = 10;
constexpr std::size_t kKeysOfEach = 10'000;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMeasures = false;  // sanitizers keep what was freed, and are slow
#else
constexpr bool kMeasures = true;
#endif

/// Generous: machines differ, and debug builds are slow.
std::chrono::milliseconds slowest_turn() { return test::patient(std::chrono::milliseconds(200)); }

class PresenceScale : public testing::Test {
 protected:
  PresenceScale() {
    for (std::size_t i = 0; i < kSessions; ++i) holders_.push_back(driver_.peer("front-end"));
    watcher_ = driver_.peer("watcher");
  }

  void hold_all() {
    for (std::size_t i = 0; i < kSessions; ++i) {
      protocol::PresenceCommand command{.request = ++driver_.request};
      names_.clear();
      for (std::size_t j = 0; j < kKeysOfEach; ++j) names_.push_back("user." + std::to_string(i * kKeysOfEach + j));
      for (const auto& name : names_) command.keys.emplace_back(std::string_view(name));
      driver_.from(holders_[i], command);
      driver_.finish();
    }
  }

  /// Settles until nothing is left to do at once; returns how often, and notes the longest.
  std::size_t finish() {
    std::size_t turns = 0;
    while (driver_.core().next_deadline() == std::chrono::microseconds::zero()) {
      const auto before = std::chrono::steady_clock::now();
      driver_.core().settle(driver_.now);
      longest_ = std::max(longest_, std::chrono::steady_clock::now() - before);
      driver_.confirm(watcher_);  // which settles too
      RecordProperty("longest_turn_us",
                     static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(longest_).count()));
      turns += 2;
    }
    return turns;
  }

  PresenceDriver driver_;
  std::vector<ConnectionId> holders_;
  ConnectionId watcher_ = 0;
  std::vector<std::string> names_;
  std::chrono::steady_clock::duration longest_{};
};

TEST_F(PresenceScale, AHundredThousandKeysTakeLittleMemory) {
  const auto before = mallinfo2().uordblks;
  hold_all();
  const auto each = (mallinfo2().uordblks - before) / (kSessions * kKeysOfEach);
  RecordProperty("bytes_per_key", static_cast<int>(each));
  EXPECT_EQ(driver_.core().figures().presence_keys, kSessions * kKeysOfEach);
  EXPECT_TRUE(!kMeasures || each <= 230) << each << " bytes";
}

TEST_F(PresenceScale, AWatcherOfAHundredThousandKeysGetsThemAll) {
  hold_all();
  driver_.from(watcher_,
               protocol::PresenceCommand{.request = 1, .action = protocol::PresenceAction::watch, .keys = {"user.>"}});
  EXPECT_GE(finish(), kSessions * kKeysOfEach / presence::Keys::kTurn);
  const auto& view = driver_.view(watcher_);
  EXPECT_TRUE(view.complete);
  EXPECT_EQ(view.online.size(), kSessions * kKeysOfEach);
  EXPECT_LT(longest_, slowest_turn());
}

TEST_F(PresenceScale, ADyingSessionIsLetGoInTurns) {
  hold_all();
  driver_.pass(std::chrono::seconds(14), [&] {
    auto all = holders_;
    all.push_back(watcher_);
    return all;
  }());
  driver_.watch(watcher_, {"user.>"});
  for (const auto peer : holders_) driver_.from(peer, protocol::Bye{});
  // Between two turns somebody else is answered.
  driver_.from(watcher_, protocol::Ping{.token = 7});
  driver_.expect<protocol::Pong>(watcher_);
  EXPECT_GT(driver_.core().figures().presence_holds, 0U);
  auto turns = finish();
  EXPECT_EQ(driver_.core().figures().presence_holds, 0U);
  driver_.now.steady += std::chrono::seconds(4);
  driver_.core().tick(driver_.now);
  driver_.core().settle(driver_.now);
  turns += finish();
  EXPECT_GE(turns, kSessions * kKeysOfEach / presence::Keys::kTurn);
  EXPECT_TRUE(driver_.view(watcher_).online.empty());
  EXPECT_EQ(driver_.core().figures().presence_keys, 0U);
  EXPECT_LT(longest_, slowest_turn());
}

TEST_F(PresenceScale, APageOfAHundredThousandKeysCostsAPage) {
  hold_all();
  std::string cursor;
  std::size_t count = 0;
  std::size_t pages = 0;
  const auto before = std::chrono::steady_clock::now();
  do {
    driver_.from(watcher_, protocol::Query{.request = ++driver_.request,
                                           .kind = protocol::QueryKind::presence,
                                           .cursor = std::string_view(cursor)});
    const auto got = driver_.expect<protocol::Page>(watcher_);
    const auto page = got.as<protocol::Page>();
    cursor = page.next;
    count += page.count;
    ++pages;
  } while (!cursor.empty());
  EXPECT_EQ(count, kSessions * kKeysOfEach);
  EXPECT_LT(std::chrono::steady_clock::now() - before, pages * slowest_turn());
}

}  // namespace
}  // namespace fanfare::broker::core
