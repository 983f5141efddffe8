#include "broker/core/presence/presence.hpp"

#include <gmock/gmock.h>

#include "tests/unit/broker/presence_peers.hpp"

namespace fanfare::broker::core {
namespace {

using protocol::PresenceAction;
using protocol::PresenceCommand;
using protocol::PresenceKind;
using protocol::PresenceUpdate;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

class PresenceTest : public testing::Test {
 protected:
  /// The time after which a start is forgotten.
  void settle_down() { driver_.pass(seconds(14), {holder_, watcher_}); }

  ErrorCode refused(ConnectionId peer) { return driver_.expect<protocol::Error>(peer).as<protocol::Error>().code; }

  std::vector<Headers> rows(std::uint32_t limit, std::string* next, std::string_view cursor = {}) {
    driver_.from(
        watcher_,
        protocol::Query{
            .request = ++driver_.request, .kind = protocol::QueryKind::presence, .limit = limit, .cursor = cursor});
    const auto got = driver_.expect<protocol::Page>(watcher_);
    const auto page = got.as<protocol::Page>();
    EXPECT_EQ((page.flags & protocol::Page::kLast) != 0, page.next.empty());
    if (next != nullptr) *next = page.next;
    std::vector<Headers> all;
    auto rest = std::string_view(page.content);
    for (std::uint32_t i = 0; i < page.count; ++i) {
      const auto size = protocol::load<std::uint16_t>(rest.data());
      all.push_back(protocol::decode_headers(rest.substr(2, size)).value());
      rest.remove_prefix(2U + size);
    }
    return all;
  }

  PresenceDriver driver_;
  ConnectionId holder_ = driver_.peer("holder");
  ConnectionId watcher_ = driver_.peer("watcher");
};

TEST_F(PresenceTest, AWatchIsAnsweredAndASnapshotFollows) {
  driver_.hold(holder_, {"user.1", "user.2", "room.1"});
  driver_.watch(watcher_, {"user.>"});
  EXPECT_EQ(driver_.expect<protocol::Ok>(watcher_).as<protocol::Ok>().request, driver_.request);
  const auto got = driver_.expect<PresenceUpdate>(watcher_);
  const auto update = got.as<PresenceUpdate>();
  EXPECT_EQ(update.kind, PresenceKind::snapshot);
  EXPECT_EQ(update.flags, PresenceUpdate::kLast | PresenceUpdate::kSettling);
  ASSERT_EQ(update.entries.size(), 2U);
  EXPECT_EQ(update.entries[0].key, "user.1");
  EXPECT_EQ(update.entries[1].key, "user.2");
}

TEST_F(PresenceTest, ChangesOfOneFrameComeInOneCommand) {
  settle_down();
  driver_.watch(watcher_, {">"});
  driver_.take(watcher_);
  driver_.from(holder_, PresenceCommand{.request = 1, .keys = {"a", "b"}},
               PresenceCommand{.request = 2, .keys = {"c"}});
  const auto got = driver_.take(watcher_);
  ASSERT_EQ(got.size(), 1U);
  const auto update = got[0].as<PresenceUpdate>();
  EXPECT_EQ(update.kind, PresenceKind::change);
  EXPECT_EQ(update.flags, 0);
  EXPECT_EQ(update.entries.size(), 3U);
}

TEST_F(PresenceTest, AKeyGoesOfflineAfterTheGrace) {
  driver_.hold(holder_, {"user.1"});
  settle_down();
  driver_.watch(watcher_, {"user.1"});
  driver_.release(holder_, {"user.1"});
  driver_.pass(milliseconds(3'999), {holder_, watcher_});
  EXPECT_THAT(driver_.view(watcher_).online, ElementsAre("user.1"));
  driver_.pass(milliseconds(1), {holder_, watcher_});
  EXPECT_THAT(driver_.view(watcher_).online, ElementsAre());
  EXPECT_FALSE(driver_.view(watcher_).settling);
}

TEST_F(PresenceTest, AReconnectWithinTheGraceIsNoTransition) {
  driver_.hold(holder_, {"user.1"});
  settle_down();
  driver_.watch(watcher_, {"user.1"});
  driver_.from(holder_, protocol::Bye{});
  driver_.pass(seconds(3), {watcher_});
  const auto again = driver_.peer("holder");
  driver_.hold(again, {"user.1"});
  driver_.pass(seconds(20), {watcher_, again});
  EXPECT_EQ(driver_.view(watcher_).changes, 0U);
}

TEST_F(PresenceTest, ASilentHoldersKeysGoOfflineAfterLeaseAndGrace) {
  driver_.hold(holder_, {"user.1"});
  settle_down();
  driver_.watch(watcher_, {"user.1"});
  driver_.pass(seconds(12), {watcher_});
  EXPECT_THAT(driver_.view(watcher_).online, ElementsAre("user.1"));
  driver_.pass(seconds(6), {watcher_});
  EXPECT_THAT(driver_.view(watcher_).online, ElementsAre());
}

TEST_F(PresenceTest, ADetachedHolderKeepsItsKeysUntilItsLeaseIsOver) {
  driver_.hold(holder_, {"user.1"});
  settle_down();
  driver_.watch(watcher_, {"user.1"});
  driver_.core().disconnected(holder_);
  driver_.pass(seconds(9), {watcher_});
  EXPECT_EQ(driver_.core().figures().presence_in_grace, 0U);
  driver_.pass(milliseconds(4'500), {watcher_});
  EXPECT_THAT(driver_.view(watcher_).online, ElementsAre("user.1")) << "its grace has only begun";
  driver_.pass(seconds(4), {watcher_});
  EXPECT_THAT(driver_.view(watcher_).online, ElementsAre());
}

TEST_F(PresenceTest, TwoHoldersAreOnePerson) {
  const auto other = driver_.peer("other");
  driver_.hold(holder_, {"user.1"});
  driver_.hold(other, {"user.1"});
  driver_.pass(seconds(14), {holder_, watcher_, other});
  driver_.watch(watcher_, {"user.*"});
  driver_.from(holder_, protocol::Bye{});
  driver_.pass(seconds(20), {watcher_, other});
  EXPECT_EQ(driver_.view(watcher_).changes, 0U);
  EXPECT_THAT(driver_.view(watcher_).online, ElementsAre("user.1"));
}

TEST_F(PresenceTest, WhileTheBrokerSettlesNobodyIsToldOffline) {
  driver_.watch(watcher_, {"user.>"});
  driver_.hold(holder_, {"user.1", "user.2"});
  driver_.release(holder_, {"user.2"});
  driver_.pass(milliseconds(13'999), {holder_, watcher_});
  EXPECT_TRUE(driver_.view(watcher_).settling);
  EXPECT_THAT(driver_.view(watcher_).online, ElementsAre("user.1", "user.2"));
  driver_.pass(milliseconds(1), {holder_, watcher_});
  // The first says that nobody is unknown any more, the next who had gone meanwhile.
  const auto got = driver_.expect<PresenceUpdate>(watcher_);
  EXPECT_EQ(got.as<PresenceUpdate>().kind, PresenceKind::change);
  EXPECT_EQ(got.as<PresenceUpdate>().flags, 0);
  EXPECT_THAT(driver_.view(watcher_).online, ElementsAre("user.1"));
}

TEST_F(PresenceTest, AnotherPatternBringsASnapshotOfAll) {
  driver_.hold(holder_, {"user.1", "room.1"});
  driver_.watch(watcher_, {"user.1"});
  EXPECT_THAT(driver_.view(watcher_).online, ElementsAre("user.1"));
  driver_.watch(watcher_, {"room.*"});
  EXPECT_THAT(driver_.view(watcher_).online, ElementsAre("room.1", "user.1"));
  EXPECT_EQ(driver_.view(watcher_).snapshots, 2U);
}

TEST_F(PresenceTest, AnUnwatchedPatternIsToldNoMore) {
  driver_.watch(watcher_, {"user.>", "room.>"});
  driver_.view(watcher_);
  driver_.unwatch(watcher_, {"user.>", "never.watched"});
  driver_.expect<protocol::Ok>(watcher_);
  driver_.hold(holder_, {"user.1"});
  EXPECT_FALSE(driver_.has<PresenceUpdate>(watcher_));
  driver_.hold(holder_, {"room.1"});
  driver_.expect<PresenceUpdate>(watcher_);
  EXPECT_FALSE(driver_.has<PresenceUpdate>(watcher_));
  driver_.unwatch(watcher_, {"room.>"});
  driver_.hold(holder_, {"room.2"});
  EXPECT_FALSE(driver_.has<PresenceUpdate>(watcher_));
  EXPECT_EQ(driver_.core().figures().presence_watchers, 0U);
}

TEST_F(PresenceTest, TransitionsArePublishedForWhoeverListens) {
  driver_.subscribe(watcher_, "$presence.user.>");
  driver_.hold(holder_, {"user.1", "room.1"});
  driver_.hold(driver_.peer("other"), {"user.1"});
  EXPECT_THAT(driver_.payloads(watcher_), ElementsAre("online"));
  driver_.release(holder_, {"user.1"});
  driver_.pass(seconds(30), {holder_, watcher_});
  EXPECT_THAT(driver_.payloads(watcher_), ElementsAre("offline"));
}

TEST_F(PresenceTest, TopicsNobodyListensToAreNotRemembered) {
  const auto before = driver_.core().figures().topics;
  driver_.hold(holder_, {"user.1", "user.2"});
  EXPECT_EQ(driver_.core().figures().topics, before);
}

TEST_F(PresenceTest, AllKeysOfACommandAreTakenOrNone) {
  for (const auto* bad : {"", "a..b", "a b", "*", "user.>", "$presence.x", "\xff"}) {
    driver_.hold(holder_, {"user.1", bad});
    EXPECT_EQ(refused(holder_), ErrorCode::bad_topic) << bad;
    driver_.release(holder_, {"user.1", bad});
    EXPECT_EQ(refused(holder_), ErrorCode::bad_topic) << bad;
  }
  for (const auto* bad : {"", "a.>.b", "a b"}) {
    driver_.watch(watcher_, {"user.1", bad});
    EXPECT_EQ(refused(watcher_), ErrorCode::bad_pattern) << bad;
    driver_.unwatch(watcher_, {"user.1", bad});
    EXPECT_EQ(refused(watcher_), ErrorCode::bad_pattern) << bad;
  }
  const auto figures = driver_.core().figures();
  EXPECT_EQ(figures.presence_keys, 0U);
  EXPECT_EQ(figures.presence_watchers, 0U);
}

TEST_F(PresenceTest, AKeyLeavesRoomForTheTopicOfItsTransitions) {
  driver_.subscribe(watcher_, "$presence.>");
  driver_.hold(holder_, {std::string(245, 'k')});
  EXPECT_THAT(driver_.payloads(watcher_), ElementsAre("online"));
  driver_.hold(holder_, {std::string(246, 'k')});
  EXPECT_EQ(refused(holder_), ErrorCode::bad_topic);
  driver_.hold(holder_, {"1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16"});
  EXPECT_EQ(refused(holder_), ErrorCode::bad_topic);
}

TEST_F(PresenceTest, AnEmptyListIsAnsweredAndChangesNothing) {
  for (const auto action :
       {PresenceAction::hold, PresenceAction::release, PresenceAction::watch, PresenceAction::unwatch}) {
    driver_.say(holder_, action, {});
    driver_.expect<protocol::Ok>(holder_);
  }
  EXPECT_FALSE(driver_.has<PresenceUpdate>(holder_));
}

TEST(PresenceLimits, KeysPatternsAndHoldsAreBounded) {
  auto settings = PresenceDriver::presence_settings();
  settings.presence_keys = 2;
  settings.presence_patterns = 2;
  settings.presence_holds = 3;
  PresenceDriver driver(settings);
  const auto one = driver.peer("one");
  const auto refused = [&](ConnectionId peer) {
    const bool is_refused = driver.has<protocol::Error>(peer);
    if (is_refused) {
      EXPECT_EQ(driver.expect<protocol::Error>(peer).as<protocol::Error>().code, ErrorCode::too_many_presence_keys);
    }
    driver.take(peer);
    return is_refused;
  };
  driver.hold(one, {"a", "b", "c"});
  EXPECT_TRUE(refused(one));
  driver.hold(one, {"a", "b", "a"});
  EXPECT_FALSE(refused(one)) << "each counts once";
  driver.hold(one, {"b", "a"});
  EXPECT_FALSE(refused(one)) << "they are held already";
  driver.hold(one, {"c"});
  EXPECT_TRUE(refused(one));
  driver.watch(one, {"a", "b", "a"});
  EXPECT_FALSE(refused(one));
  driver.watch(one, {"c"});
  EXPECT_TRUE(refused(one));
  driver.watch(one, {"a"});
  EXPECT_FALSE(refused(one));

  const auto two = driver.peer("two");
  driver.hold(two, {"a", "d"});
  EXPECT_TRUE(refused(two)) << "more than the broker takes in all";
  driver.hold(two, {"a"});
  EXPECT_FALSE(refused(two));
  driver.release(one, {"b"});
  driver.take(one);
  driver.hold(two, {"d"});
  EXPECT_TRUE(refused(two)) << "b is in its grace";
  driver.pass(seconds(20), {one, two});
  driver.take(two);
  driver.hold(two, {"d"});
  EXPECT_FALSE(refused(two));
}

TEST_F(PresenceTest, KeysAreHeldWhileTheBrokerDrains) {
  driver_.core().drain(seconds(1));
  driver_.hold(holder_, {"user.1"});
  driver_.expect<protocol::Ok>(holder_);
  EXPECT_EQ(driver_.core().figures().presence_keys, 1U);
}

TEST_F(PresenceTest, FiguresCountKeysHoldsAndTransitions) {
  driver_.hold(holder_, {"a", "b"});
  driver_.hold(watcher_, {"a"});
  settle_down();
  driver_.watch(watcher_, {">"});
  driver_.release(holder_, {"b"});
  auto figures = driver_.core().figures();
  EXPECT_EQ(figures.presence_keys, 2U);
  EXPECT_EQ(figures.presence_in_grace, 1U);
  EXPECT_EQ(figures.presence_holds, 2U);
  EXPECT_EQ(figures.presence_watchers, 1U);
  EXPECT_EQ(figures.counters.presence_online, 2U);
  driver_.pass(seconds(4), {holder_, watcher_});
  figures = driver_.core().figures();
  EXPECT_EQ(figures.presence_keys, 1U);
  EXPECT_EQ(figures.counters.presence_offline, 1U);
}

TEST_F(PresenceTest, QueryPagesByKey) {
  const auto since = std::to_string(driver_.now.clock);
  driver_.hold(holder_, {"a", "b", "c"});
  driver_.hold(watcher_, {"b"});
  driver_.wait(seconds(1));
  driver_.release(holder_, {"c"});
  std::string next;
  auto page = rows(2, &next);
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0], (Headers{{"key", "a"}, {"state", "online"}, {"holders", "1"}, {"since", since}}));
  EXPECT_EQ(page[1].at("holders"), "2");
  EXPECT_EQ(next, "b");
  driver_.hold(holder_, {"aa"});  // behind what was shown: not missed, not shown twice
  page = rows(2, &next, "b");
  ASSERT_EQ(page.size(), 1U);
  EXPECT_EQ(page[0], (Headers{{"key", "c"}, {"state", "grace"}, {"holders", "0"}, {"since", since}}));
  EXPECT_EQ(next, "");
  EXPECT_TRUE(rows(0, &next, "zzz").empty());
}

TEST_F(PresenceTest, QueryPagesOfLongKeysAreCutByBytes) {
  for (int i = 0; i < 1'100; ++i) {
    auto key = std::to_string(10'000 + i) + std::string(240, 'k');
    driver_.hold(holder_, {key});
  }
  std::string next;
  std::set<std::string> seen;
  do {
    const auto page = rows(0, &next, next);
    EXPECT_LT(page.size(), 1'000U);
    for (const auto& row : page) seen.insert(row.at("key"));
  } while (!next.empty());
  EXPECT_EQ(seen.size(), 1'100U);
}

}  // namespace
}  // namespace fanfare::broker::core
