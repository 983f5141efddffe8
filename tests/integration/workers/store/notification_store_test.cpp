// What every adapter of the port promises.
#include "workers/store/notification_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <thread>

#include "runtime/config/reader.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/pgbouncer.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"
#include "workers/store/database.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr common::TimePoint kStart{1'790'000'000'000ms};
constexpr auto kLease = 30s;
const NotifyTimes kTimes{.grace = 15s, .window = 60s, .change_every = 5s};

Uuid id_of(char kind, std::uint32_t number) {
  Uuid id;
  id.bytes[0] = static_cast<std::uint8_t>(kind);
  for (std::size_t byte = 0; byte < 4; ++byte) id.bytes[15 - byte] = static_cast<std::uint8_t>(number >> (8 * byte));
  return id;
}
Uuid person(std::uint32_t number) { return id_of('p', number); }
Uuid room(std::uint32_t number) { return id_of('r', number); }
Position at(std::uint64_t sequence) { return {id_of('e', 1), sequence}; }

enum class NotificationStoreKind { kSqlite, kPostgres, kPgBouncer };

std::string name_of_notification_store(const testing::TestParamInfo<NotificationStoreKind>& info) {
  if (info.param == NotificationStoreKind::kSqlite) return "Sqlite";
  return info.param == NotificationStoreKind::kPostgres ? "Postgres" : "PgBouncer";
}

class NotificationStoreTest : public testing::TestWithParam<NotificationStoreKind> {
 protected:
  NotificationStoreTest() {
    config.data_dir = folder.path();
    if (GetParam() != NotificationStoreKind::kSqlite) {
      postgres.emplace();
      config.database.url = GetParam() == NotificationStoreKind::kPgBouncer ? fanfare::test::url_by_pgbouncer(*postgres)
                                                                            : postgres->url();
      config.database.migrate_url = postgres->url();
    }
    database = Database::open(config, {.patience = fanfare::test::patient(2s)}).value();
    database->migrate().value();
    store = open("one");
  }

  std::unique_ptr<NotificationStore> open(const std::string& holder, bool needs_link = true) {
    return database
        ->notification_store({.notifier = "telegram", .needs_link = needs_link, .holder = holder, .times = kTimes})
        .value();
  }

  void execute(const std::string& sql) {
    if (postgres) return postgres->execute(sql);
    auto connection = SqliteConnection::open(folder.path() / "fanfare.db").value();
    connection
        .write([&](SqliteTransaction& transaction) -> runtime::Result<void> {
          transaction.execute(sql);
          return {};
        })
        .value();
  }
  static std::string quoted(const Uuid& id) { return "'" + id.to_string() + "'"; }

  /// People 0 to `people` - 1, all with links, in that room.
  void make_room(std::uint32_t number, std::uint32_t people, std::uint32_t first = 0) {
    std::string sql = "INSERT INTO conversation (id, kind, title, created_at) VALUES (" + quoted(room(number)) +
                      ", 'room', 'Room', 0);";
    for (std::uint32_t place = first; place < first + people; ++place) {
      const std::string id = quoted(person(place));
      const std::string name = "'p" + std::to_string(place) + "'";
      sql +=
          "INSERT INTO person (id, username, username_key, username_skeleton, display_name, display_key, created_at)"
          " VALUES (" +
          id + "," + name + "," + name + "," + name + "," + name + "," + name +
          ", 0) ON CONFLICT DO NOTHING;"
          "INSERT INTO notifier_link (notifier, person_id, address, changed_at) VALUES ('telegram'," +
          id + ", 'a" + std::to_string(place) +
          "', 0) ON CONFLICT DO NOTHING;"
          "INSERT INTO member (conversation_id, person_id, position, role) VALUES (" +
          quoted(room(number)) + "," + id + "," + std::to_string(place) + ", 'member');";
    }
    execute(sql);
  }

  void arrive(std::uint32_t in, std::uint32_t author, std::uint64_t sequence, std::chrono::milliseconds after = 0s) {
    const Arrival arrival{room(in), person(author), at(sequence), kStart + after, "text " + std::to_string(sequence)};
    store->take({&arrival, 1}).value();
  }
  std::vector<DueNotification> claim(std::chrono::milliseconds after, std::size_t limit = 100) {
    return store->claim(kStart + after, kLease, limit).value();
  }
  /// The only one.
  DueNotification claim_one(std::chrono::milliseconds after) {
    auto claimed = claim(after);
    EXPECT_EQ(claimed.size(), 1U);
    return claimed.empty() ? DueNotification{} : claimed.front();
  }
  Begun begin(const DueNotification& due, std::chrono::milliseconds after, std::vector<TokenBucket> buckets = {},
              bool is_change = false) {
    return store->begin(due, is_change, buckets, kStart + after, kLease).value();
  }
  bool begins(const DueNotification& due, std::chrono::milliseconds after, bool is_change = false) {
    return begin(due, after, {}, is_change).outcome == Begun::Outcome::kBegun;
  }
  bool told(const DueNotification& due, std::chrono::milliseconds after, const std::string& message = "m1",
            bool is_change = false) {
    return store->told(due, {.now = kStart + after, .is_change = is_change, .message = message}).value();
  }
  /// One message to person 1, told at 15 s as m1.
  void tell_first() {
    arrive(1, 0, 1);
    const DueNotification due = claim_one(15s);
    EXPECT_TRUE(begins(due, 15s));
    EXPECT_TRUE(told(due, 15s));
  }

  const fanfare::test::TemporaryFolder folder;
  std::optional<fanfare::test::PostgresTestDatabase> postgres;
  runtime::Config config = runtime::default_config();
  std::unique_ptr<Database> database;
  std::unique_ptr<NotificationStore> store;
};

TEST_P(NotificationStoreTest, AMessageIsDueToAllOthersAfterTheGrace) {
  make_room(1, 3);
  arrive(1, 0, 7);
  EXPECT_THAT(claim(14'999ms), IsEmpty());
  EXPECT_EQ(store->next_due(kStart).value(), kStart + 15s);
  EXPECT_EQ(store->waiting().value(), 2U);
  const auto claimed = claim(15s);
  ASSERT_THAT(claimed, SizeIs(2));
  const DueNotification& due = claimed[0];
  EXPECT_EQ(due.person, person(1));
  EXPECT_EQ(due.conversation, room(1));
  EXPECT_EQ(due.up_to, at(7));
  EXPECT_EQ(due.arrived_at, kStart);
  EXPECT_EQ(due.count, 1U);
  EXPECT_EQ(due.author, person(0));
  EXPECT_EQ(due.author_name, "p0");
  EXPECT_EQ(due.preview, "text 7");
  EXPECT_EQ(due.title, "Room");
  EXPECT_EQ(due.address, "a1");
  EXPECT_TRUE(due.is_member);
  EXPECT_FALSE(due.is_conversation_muted);
  EXPECT_FALSE(due.told.has_value());
  EXPECT_FALSE(due.read.has_value());
  EXPECT_FALSE(due.quiet.has_value());
  EXPECT_EQ(claimed[1].person, person(2));
}

TEST_P(NotificationStoreTest, AClaimHasAllThatDecides) {
  make_room(1, 2);
  arrive(1, 0, 1);
  execute("UPDATE person SET locale = 'ru' WHERE id = " + quoted(person(1)) +
          ";UPDATE notifier_link SET muted_until = 5, quiet_from = 1320, quiet_until = 420, zone = 'Europe/Berlin'"
          " WHERE person_id = " +
          quoted(person(1)) + ";INSERT INTO mute (conversation_id, person_id, until) VALUES (" + quoted(room(1)) + "," +
          quoted(person(1)) +
          ", 9);INSERT INTO read_position (conversation_id, person_id, epoch, sequence, read_at) VALUES (" +
          quoted(room(1)) + "," + quoted(person(1)) + "," + quoted(at(4).epoch) + ", 4, 0)");
  const DueNotification due = claim_one(1min);
  EXPECT_EQ(due.locale, "ru");
  EXPECT_EQ(due.muted_until, common::TimePoint(5ms));
  EXPECT_EQ(due.quiet, (QuietHours{1320, 420, "Europe/Berlin"}));
  EXPECT_TRUE(due.is_conversation_muted);
  EXPECT_EQ(due.conversation_muted_until, common::TimePoint(9ms));
  EXPECT_EQ(due.read, at(4));
  EXPECT_TRUE(store->postpone(due, kStart + 2min).value());
  execute("DELETE FROM member WHERE person_id = " + quoted(person(1)) +
          ";UPDATE notifier_link SET address = NULL WHERE person_id = " + quoted(person(1)));
  const DueNotification gone = claim_one(2min);
  EXPECT_FALSE(gone.is_member);
  EXPECT_FALSE(gone.address.has_value());
}

TEST_P(NotificationStoreTest, WithoutALinkNobodyIsToldUnlessNoneIsNeeded) {
  make_room(1, 2);
  execute("DELETE FROM notifier_link");
  arrive(1, 0, 1);
  EXPECT_EQ(store->waiting().value(), 0U);
  store = open("one", false);
  arrive(1, 0, 2);
  EXPECT_EQ(claim_one(15s).address, person(1).to_string());
}

TEST_P(NotificationStoreTest, WhatComesAgainChangesNothing) {
  make_room(1, 2);
  std::vector<Arrival> batch;
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
    batch.push_back({room(1), person(0), at(sequence), kStart, "text"});
  }
  EXPECT_EQ(store->take(batch).value(), 3U);
  EXPECT_EQ(store->take(batch).value(), 0U);
  batch.push_back({room(1), person(0), at(4), kStart, "text"});
  EXPECT_EQ(store->take(batch).value(), 1U);
  EXPECT_EQ(claim_one(15s).count, 4U);
}

TEST_P(NotificationStoreTest, LaterMessagesWidenTheRowAndDoNotPutItOff) {
  make_room(1, 3);
  arrive(1, 0, 1);
  arrive(1, 2, 2, 14s);
  const auto claimed = claim(15s);
  ASSERT_THAT(claimed, SizeIs(1));  // person 0's is due at 29 s, and who has written has read
  EXPECT_EQ(claimed[0].person, person(1));
  EXPECT_EQ(claimed[0].count, 2U);
  EXPECT_TRUE(claimed[0].has_several_authors);
  EXPECT_EQ(claimed[0].author, person(2));
  EXPECT_EQ(claimed[0].arrived_at, kStart);
  EXPECT_EQ(claimed[0].up_to, at(2));
}

TEST_P(NotificationStoreTest, WhoWritesHasRead) {
  make_room(1, 2);
  arrive(1, 0, 1);
  arrive(1, 1, 2, 1s);
  EXPECT_THAT(claim(15s), IsEmpty());
  const DueNotification other = claim_one(16s);
  EXPECT_EQ(other.person, person(0));
  EXPECT_TRUE(store->suppress(other, kStart + 16s).value());
  arrive(1, 0, 1);  // again
  EXPECT_THAT(claim(1min), IsEmpty());
  arrive(1, 0, 3, 20s);
  EXPECT_EQ(claim_one(35s).count, 1U);
}

TEST_P(NotificationStoreTest, WhoWritesWhileTheirRowIsLeasedIsNotTold) {
  make_room(1, 2);
  arrive(1, 0, 1);
  const DueNotification due = claim_one(15s);
  arrive(1, 1, 2, 15s);
  arrive(1, 0, 3, 15s);
  EXPECT_EQ(begin(due, 15s).outcome, Begun::Outcome::kLost);
  const DueNotification later = claim_one(30s);  // person 0 has written after it
  EXPECT_EQ(later.person, person(1));
  EXPECT_EQ(later.count, 1U);
}

TEST_P(NotificationStoreTest, AClaimedRowIsNobodyElsesUntilItsLeaseEnds) {
  make_room(1, 2);
  arrive(1, 0, 1);
  const auto other = open("two");
  const DueNotification due = claim_one(15s);
  EXPECT_THAT(other->claim(kStart + 44s, kLease, 10).value(), IsEmpty());
  EXPECT_EQ(other->next_due(kStart + 15s).value(), kStart + 45s);
  EXPECT_THAT(other->claim(kStart + 45s, kLease, 10).value(), SizeIs(1));
  EXPECT_EQ(begin(due, 45s).outcome, Begun::Outcome::kLost);
  EXPECT_FALSE(store->postpone(due, kStart + 1h).value());
  EXPECT_FALSE(store->suppress(due, kStart).value());
}

TEST_P(NotificationStoreTest, OfAPersonOneRowIsClaimedAtATime) {
  make_room(1, 2);
  for (std::uint32_t number = 2; number < 30; ++number) make_room(number, 2);
  for (std::uint32_t number = 1; number < 30; ++number) arrive(number, 0, number, number * 1ms);
  make_room(50, 2, 10);
  arrive(50, 10, 60, 1s);
  const auto claimed = claim(1min, 10);
  ASSERT_THAT(claimed, SizeIs(2));
  EXPECT_EQ(claimed[0].conversation, room(1));  // due longest
  EXPECT_EQ(claimed[1].person, person(11));
}

TEST_P(NotificationStoreTest, TheLongestDueComeFirst) {
  for (std::uint32_t number = 1; number <= 9; ++number) {
    make_room(number, 2, 10 * number);
    arrive(number, 10 * number, number, (10 - number) * 1s);
  }
  const auto claimed = claim(1min, 3);
  ASSERT_THAT(claimed, SizeIs(3));
  EXPECT_EQ(claimed[0].conversation, room(9));
  EXPECT_EQ(claimed[2].conversation, room(7));
}

TEST_P(NotificationStoreTest, WhatIsSuppressedIsTheClaimedPartOnly) {
  make_room(1, 2);
  arrive(1, 0, 1);
  const DueNotification due = claim_one(15s);
  arrive(1, 0, 2, 15s);
  EXPECT_TRUE(store->suppress(due, kStart + 16s).value());
  const DueNotification rest = claim_one(16s);
  EXPECT_EQ(rest.count, 1U);
  EXPECT_TRUE(store->suppress(rest, kStart + 16s).value());
  EXPECT_EQ(store->waiting().value(), 0U);
}

TEST_P(NotificationStoreTest, WhatWasToldCanBeChangedWithinItsWindow) {
  make_room(1, 2);
  tell_first();
  arrive(1, 0, 2, 16s);
  EXPECT_THAT(claim(19'999ms), IsEmpty());  // so soon after it was told
  const DueNotification more = claim_one(20s);
  ASSERT_TRUE(more.told.has_value());
  EXPECT_EQ(more.told->at, kStart + 15s);
  EXPECT_EQ(more.told->changed_at, kStart + 15s);
  EXPECT_EQ(more.told->message, "m1");
  EXPECT_EQ(more.told->count, 1U);
  EXPECT_EQ(more.told->up_to, at(1));
  EXPECT_TRUE(begins(more, 20s, true));
  EXPECT_TRUE(told(more, 20s, "m1", true));
  arrive(1, 0, 3, 21s);
  const DueNotification third = claim_one(25s);
  EXPECT_EQ(third.told->count, 2U);
  EXPECT_EQ(third.told->at, kStart + 15s);
  EXPECT_EQ(third.told->changed_at, kStart + 20s);
}

TEST_P(NotificationStoreTest, WhatCantBeChangedWaitsForTheEndOfTheWindow) {
  make_room(1, 2);
  arrive(1, 0, 1);
  const DueNotification due = claim_one(15s);
  EXPECT_TRUE(begins(due, 15s));
  EXPECT_TRUE(told(due, 15s, ""));
  arrive(1, 0, 2, 16s);
  EXPECT_THAT(claim(74s), IsEmpty());
  EXPECT_EQ(claim_one(75s).count, 1U);
}

TEST_P(NotificationStoreTest, AfterTheWindowAMessageIsDueAfterTheGrace) {
  make_room(1, 2);
  tell_first();
  arrive(1, 0, 2, 80s);
  EXPECT_THAT(claim(94s), IsEmpty());
  const DueNotification due = claim_one(95s);
  EXPECT_TRUE(begins(due, 95s));
  EXPECT_TRUE(told(due, 95s, "m2"));
  arrive(1, 0, 3, 96s);
  EXPECT_EQ(claim_one(100s).told->count, 1U);
}

TEST_P(NotificationStoreTest, WhatComesWhileARowIsSentIsDueByItself) {
  make_room(1, 2);
  arrive(1, 0, 1);
  arrive(1, 0, 2);
  const DueNotification due = claim_one(15s);
  arrive(1, 0, 3, 15s);  // while leased
  EXPECT_TRUE(begins(due, 15s));
  arrive(1, 0, 4, 16s);  // while it is sent
  EXPECT_THAT(claim(20s), IsEmpty());
  EXPECT_TRUE(told(due, 17s));
  const DueNotification rest = claim_one(22s);
  EXPECT_EQ(rest.count, 2U);
  EXPECT_EQ(rest.told->count, 2U);
  EXPECT_EQ(rest.told->up_to, at(2));
  EXPECT_EQ(rest.up_to, at(4));
}

TEST_P(NotificationStoreTest, WhoWritesWhileTheirRowIsSentIsToldNothingMore) {
  make_room(1, 2);
  arrive(1, 0, 1);
  const DueNotification due = claim_one(15s);
  EXPECT_TRUE(begins(due, 15s));
  arrive(1, 1, 2, 15s);
  EXPECT_TRUE(store->not_told(due, kStart + 16s, true).value());
  EXPECT_EQ(claim_one(40s).person, person(0));
}

TEST_P(NotificationStoreTest, WhatWasNotToldIsDueAgainWithAllThatCame) {
  make_room(1, 2);
  arrive(1, 0, 1);
  const DueNotification due = claim_one(15s);
  EXPECT_TRUE(begins(due, 15s));
  arrive(1, 0, 2, 16s);
  EXPECT_TRUE(store->not_told(due, kStart + 50s, true).value());
  EXPECT_THAT(claim(49s), IsEmpty());
  const DueNotification again = claim_one(50s);
  EXPECT_EQ(again.count, 2U);
  EXPECT_EQ(again.arrived_at, kStart);
}

TEST_P(NotificationStoreTest, ANotificationThatIsGoneIsNotChangedAnyMore) {
  make_room(1, 2);
  tell_first();
  arrive(1, 0, 2, 16s);
  const DueNotification more = claim_one(20s);
  EXPECT_TRUE(begins(more, 20s, true));
  EXPECT_TRUE(store->not_told(more, kStart + 75s, false).value());
  const DueNotification again = claim_one(75s);
  EXPECT_EQ(again.told->message, "");
  EXPECT_EQ(again.count, 1U);
}

TEST_P(NotificationStoreTest, WhatWasGivenUpIsNotToldAndTheRestIs) {
  make_room(1, 2);
  arrive(1, 0, 1);
  const DueNotification due = claim_one(15s);
  EXPECT_TRUE(begins(due, 15s));
  arrive(1, 0, 2, 16s);
  EXPECT_TRUE(store->give_up(due, kStart + 17s).value());
  EXPECT_EQ(claim_one(17s).count, 1U);
}

TEST_P(NotificationStoreTest, WhatWasBegunAndNeverEndedIsNotSentAgain) {
  make_room(1, 2);
  arrive(1, 0, 1);
  const DueNotification due = claim_one(15s);
  EXPECT_TRUE(begins(due, 15s));
  arrive(1, 0, 2, 16s);
  EXPECT_EQ(store->sweep_sending(kStart + 44s).value(), 0U);
  const auto other = open("two");
  EXPECT_EQ(other->sweep_sending(kStart + 45s).value(), 1U);
  EXPECT_EQ(store->sweep_sending(kStart + 45s).value(), 0U);
  EXPECT_FALSE(told(due, 45s));
  const DueNotification rest = claim_one(105s);
  EXPECT_EQ(rest.count, 1U);  // what came later, once the window is over
  EXPECT_EQ(rest.told->count, 1U);
  EXPECT_EQ(rest.told->message, "");
}

TEST_P(NotificationStoreTest, AChangeThatIsUnknownCanBeChangedAgain) {
  make_room(1, 2);
  tell_first();
  arrive(1, 0, 2, 16s);
  const DueNotification more = claim_one(20s);
  EXPECT_TRUE(begins(more, 20s, true));
  EXPECT_TRUE(store->unknown(more, kStart + 21s).value());
  arrive(1, 0, 3, 22s);
  const DueNotification third = claim_one(26s);
  EXPECT_EQ(third.told->message, "m1");
  EXPECT_EQ(third.told->count, 2U);
  EXPECT_EQ(third.told->at, kStart + 15s);
}

TEST_P(NotificationStoreTest, TokensAndTheMarkGoTogether) {
  make_room(1, 3);
  arrive(1, 0, 1);
  const auto claimed = claim(15s);
  ASSERT_THAT(claimed, SizeIs(2));
  const TokenBucket all{"all", 1, 10};
  EXPECT_EQ(begin(claimed[0], 15s, {all, {"a1", 1, 1}}).outcome, Begun::Outcome::kBegun);
  const Begun wait = begin(claimed[1], 15s, {{"a2", 1, 1}, all});
  EXPECT_EQ(wait.outcome, Begun::Outcome::kWait);
  EXPECT_EQ(wait.bucket, "all");
  EXPECT_EQ(wait.until, kStart + 15s + 100ms);
  EXPECT_EQ(begin(claimed[1], 15s + 100ms, {{"a2", 1, 1}, all}).outcome, Begun::Outcome::kBegun);  // a2's was not taken
  EXPECT_EQ(begin(claimed[1], 20s, {{"a2", 1, 1}, all}).outcome, Begun::Outcome::kLost);
}

TEST_P(NotificationStoreTest, WhoseAddressHasToWaitIsNotClaimed) {
  make_room(1, 2);
  make_room(2, 2);
  make_room(3, 2, 10);
  arrive(1, 0, 1);
  arrive(2, 0, 2);
  arrive(3, 10, 3);
  const auto claimed = claim(15s);
  ASSERT_THAT(claimed, SizeIs(2));
  EXPECT_EQ(begin(claimed[0], 15s, {{"a1", 1, 1}}).outcome, Begun::Outcome::kBegun);
  EXPECT_THAT(claim(15'999ms), IsEmpty());
  EXPECT_THAT(claim(16s), SizeIs(1));
}

TEST_P(NotificationStoreTest, ABlockHoldsForItsBucketAndNeverGetsShorter) {
  make_room(1, 2);
  make_room(2, 2, 10);
  arrive(1, 0, 1);
  arrive(2, 10, 2);
  store->block("a1", kStart + 5min).value();
  store->block("a1", kStart + 1min).value();
  EXPECT_EQ(claim_one(15s).person, person(11));
  EXPECT_THAT(claim(4min), SizeIs(1));
  store->block("all", kStart + 10min).value();
  EXPECT_THAT(claim(9min), IsEmpty());
  EXPECT_THAT(claim(10min), SizeIs(2));
}

TEST_P(NotificationStoreTest, ALinkThatEndsTakesAllRowsOfThePersonWithIt) {
  make_room(1, 2);
  make_room(2, 2);
  arrive(1, 0, 1);
  arrive(2, 0, 2);
  const DueNotification due = claim_one(15s);
  EXPECT_TRUE(begins(due, 15s));
  EXPECT_TRUE(store->end_link(due, "blocked", kStart + 15s).value());
  EXPECT_FALSE(store->end_link(due, "blocked", kStart + 15s).value());
  EXPECT_EQ(store->waiting().value(), 0U);
  EXPECT_FALSE(told(due, 16s));
  arrive(1, 0, 3, 17s);
  EXPECT_EQ(store->waiting().value(), 0U);
}

TEST_P(NotificationStoreTest, ALinkMovesUnlessAnotherOneIsThere) {
  make_room(1, 3);
  arrive(1, 0, 1);
  auto claimed = claim(15s);
  ASSERT_THAT(claimed, SizeIs(2));
  EXPECT_FALSE(store->move_link(claimed[0], "a2").value());
  EXPECT_TRUE(store->move_link(claimed[0], "a9").value());
  EXPECT_TRUE(store->postpone(claimed[0], kStart + 16s).value());
  EXPECT_EQ(claim_one(16s).address, "a9");
}

TEST_P(NotificationStoreTest, TheSweepLeavesWhatIsYoungOrWaits) {
  make_room(1, 2);
  tell_first();
  EXPECT_EQ(store->sweep(kStart + 1s).value().rows, 0U);
  const SweptNotifications swept = store->sweep(kStart + 16s).value();
  EXPECT_EQ(swept.rows, 1U);
  EXPECT_EQ(swept.messages, 1U);
  arrive(1, 0, 2, 17s);
  EXPECT_EQ(store->sweep(kStart + 1h).value().rows, 0U);
}

TEST_P(NotificationStoreTest, ARestartDoesNotEndABlock) {
  make_room(1, 2);
  arrive(1, 0, 1);
  store->block("a1", kStart + 1h).value();
  store->fix_clock(kStart, false).value();
  EXPECT_THAT(claim(59min), IsEmpty());
  EXPECT_THAT(claim(1h), SizeIs(1));
}

TEST_P(NotificationStoreTest, AClockThatWasSetBackDelaysByTheGraceAndNotByAnHour) {
  make_room(1, 2);
  make_room(2, 2, 10);
  tell_first();
  arrive(1, 0, 2, 20s);
  arrive(2, 10, 3, 20s);
  store->block("all", kStart + 30s).value();
  EXPECT_THAT(claim(-1h), IsEmpty());
  store->fix_clock(kStart - 1h, true).value();
  EXPECT_THAT(claim(-1h), IsEmpty());  // blocked, for a minute at most
  const auto claimed = claim(-1h + 60s);
  ASSERT_THAT(claimed, SizeIs(2));
  for (const DueNotification& due : claimed) {
    if (due.told) {
      EXPECT_EQ(due.told->at, kStart - 1h);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Adapters, NotificationStoreTest,
                         testing::Values(NotificationStoreKind::kSqlite, NotificationStoreKind::kPostgres),
                         name_of_notification_store);

class NotificationClaims : public NotificationStoreTest {};

TEST_P(NotificationClaims, OfManyWhoClaimAtOnceEachRowIsBegunByOneWithinTheBucket) {
  constexpr std::uint32_t kPeople = 60;
  constexpr double kPerSecond = 200;
  make_room(1, kPeople + 1);
  const auto now = common::wall_clock();
  const Arrival arrival{room(1), person(0), at(1), now - 1min, "text"};
  store->take({&arrival, 1}).value();
  std::atomic<std::uint32_t> begun = 0;
  std::atomic<std::uint32_t> failed = 0;
  const auto work = [&](const std::string& holder) {
    const auto own = open(holder);
    const std::vector<TokenBucket> buckets{{"all", 5, kPerSecond}};
    const auto end = std::chrono::steady_clock::now() + fanfare::test::patient(20s);
    while (begun < kPeople && std::chrono::steady_clock::now() < end) {
      const auto claimed = own->claim(common::wall_clock(), kLease, 4);
      if (!claimed) continue;
      for (const DueNotification& due : *claimed) {
        const auto answer = own->begin(due, false, buckets, common::wall_clock(), kLease);
        if (!answer || answer->outcome == Begun::Outcome::kLost) {
          ++failed;
        } else if (answer->outcome == Begun::Outcome::kWait) {
          if (!own->postpone(due, answer->until)) ++failed;
        } else {
          ++begun;
          if (!own->told(due, {.now = common::wall_clock(), .message = "m" + due.person.to_string()})) ++failed;
        }
      }
    }
  };
  const auto began = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (const char* holder : {"one", "two", "three"}) threads.emplace_back(work, holder);
  }
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - began;
  EXPECT_EQ(begun, kPeople);
  EXPECT_EQ(failed, 0U);
  EXPECT_GE(time.count(), (kPeople - 5) / kPerSecond - 0.01);
  EXPECT_EQ(store->waiting().value(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Adapters, NotificationClaims,
                         testing::Values(NotificationStoreKind::kSqlite, NotificationStoreKind::kPostgres,
                                         NotificationStoreKind::kPgBouncer),
                         name_of_notification_store);

}  // namespace
}  // namespace fanfare::workers::store
