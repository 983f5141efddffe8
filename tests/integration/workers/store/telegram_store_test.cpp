// What every adapter of the port promises.
#include "workers/store/telegram_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/config/reader.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/postgres.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"
#include "workers/common/new_id.hpp"
#include "workers/store/database.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {
namespace {

using namespace std::chrono_literals;

constexpr common::TimePoint kStart{1'790'000'000'000ms};

CodeHash code(const std::string& text) { return runtime::crypto::digest(text); }

enum class TelegramDatabase { kSqlite, kPostgres };

class TelegramStoreTest : public testing::TestWithParam<TelegramDatabase> {
 protected:
  TelegramStoreTest() {
    config.data_dir = folder.path();
    if (GetParam() == TelegramDatabase::kPostgres) config.database.url = postgres.emplace().url();
    database = open_database();
    database->migrate().value();
    people = database->account_stores().value();
    store = database->telegram_store().value();
  }

  std::unique_ptr<Database> open_database() const {
    return Database::open(config, {.patience = fanfare::test::patient(10s)}).value();
  }

  Uuid add_person(const std::string& name, const std::string& locale = {}) {
    const Uuid id = common::new_id(kStart);
    const NewSession session{common::new_id(kStart), id, code(name), kStart, kStart + 720h};
    NewPerson person;
    person.profile.person = {id, name, "The " + name};
    person.profile.created_at = kStart;
    if (!locale.empty()) person.profile.locale.emplace(locale);
    person.username_key = person.username_skeleton = person.display_key = name;
    EXPECT_TRUE(people->people().add(person, session).value());
    return id;
  }
  void make_code(const Uuid& person, const std::string& text) {
    EXPECT_TRUE(store->make_code(code(text), person, kStart, kStart + 10min));
  }
  Redeemed link(const Uuid& person, const std::string& chat) {
    make_code(person, "code of " + chat);
    return store->redeem(code("code of " + chat), chat, "tg", kStart).value().value();
  }
  /// Without values.
  void execute(const std::string& sql) {
    if (postgres) return postgres->execute(sql);
    auto connection = SqliteConnection::open(folder.path() / "fanfare.db").value();
    EXPECT_TRUE(connection.write([&](SqliteTransaction& transaction) -> runtime::Result<void> {
      transaction.execute(sql);
      return {};
    }));
  }
  bool is_good(const std::string& text, common::TimePoint at = kStart) {
    return store->redeem(code(text), "1", "tg", at).value().has_value();
  }

  const fanfare::test::TemporaryFolder folder;
  std::optional<fanfare::test::PostgresTestDatabase> postgres;
  runtime::Config config = runtime::default_config();
  std::unique_ptr<Database> database;
  std::unique_ptr<AccountStores> people;
  std::unique_ptr<TelegramStore> store;
};

TEST_P(TelegramStoreTest, ACodeLinksItsPersonWithTheChatOnce) {
  const Uuid anna = add_person("anna", "ru-RU");
  make_code(anna, "one");
  const auto redeemed = store->redeem(code("one"), "4711", "Аня 🦔", kStart + 1min).value();
  ASSERT_TRUE(redeemed.has_value());
  EXPECT_EQ(redeemed->linked.person, anna);
  EXPECT_EQ(redeemed->linked.display_name, "The anna");
  EXPECT_EQ(redeemed->linked.locale, "ru-RU");
  EXPECT_EQ(redeemed->linked.link.chat, "4711");
  EXPECT_EQ(redeemed->linked.link.name, "Аня 🦔");
  EXPECT_EQ(redeemed->linked.link.since, kStart + 1min);
  EXPECT_EQ(redeemed->linked.link.zone, "UTC");
  EXPECT_FALSE(redeemed->displaced.has_value());
  EXPECT_FALSE(is_good("one"));
  EXPECT_EQ(store->person_of("4711").value()->person, anna);
  EXPECT_EQ(store->link_of(anna).value().link->chat, "4711");
  EXPECT_FALSE(store->person_of("1").value().has_value());
}

TEST_P(TelegramStoreTest, ACodeThatIsOverOrUnknownIsNotGood) {
  make_code(add_person("anna"), "one");
  EXPECT_FALSE(is_good("two"));
  EXPECT_FALSE(is_good("one", kStart + 10min));
  EXPECT_FALSE(is_good("one")) << "whoever showed it has used it up";
}

TEST_P(TelegramStoreTest, ANewCodeEndsEarlierOnesOfThePersonOnly) {
  const Uuid anna = add_person("anna");
  make_code(anna, "one");
  make_code(add_person("paul"), "of paul");
  make_code(anna, "two");
  EXPECT_FALSE(is_good("one"));
  EXPECT_TRUE(is_good("two"));
  EXPECT_TRUE(is_good("of paul"));
}

TEST_P(TelegramStoreTest, ACodeOfNobodyIsNotGood) {
  make_code(common::new_id(kStart), "one");
  EXPECT_FALSE(is_good("one"));
}

TEST_P(TelegramStoreTest, LinkingAnewMovesThePersonToTheNewChat) {
  const Uuid anna = add_person("anna");
  link(anna, "1");
  const Redeemed second = link(anna, "2");
  EXPECT_FALSE(second.displaced.has_value());
  EXPECT_FALSE(store->person_of("1").value().has_value());
  EXPECT_EQ(store->person_of("2").value()->person, anna);
}

TEST_P(TelegramStoreTest, AChatBelongsToWhoLinkedItLast) {
  const Uuid anna = add_person("anna");
  const Uuid paul = add_person("paul");
  link(anna, "1");
  const Redeemed redeemed = link(paul, "1");
  EXPECT_EQ(redeemed.displaced, anna);
  EXPECT_EQ(store->person_of("1").value()->person, paul);
  const LinkState state = store->link_of(anna).value();
  EXPECT_FALSE(state.link.has_value());
  EXPECT_EQ(state.ended->reason, "moved");
  EXPECT_EQ(state.ended->at, kStart);
}

TEST_P(TelegramStoreTest, AnEndIsKeptWithItsReasonUntilTheNextLink) {
  const Uuid anna = add_person("anna");
  EXPECT_FALSE(store->end_of_person(anna, LinkEnd::kUnlinked, kStart).value().has_value());
  EXPECT_FALSE(store->link_of(anna).value().ended.has_value());
  link(anna, "1");
  const auto ended = store->end_of_person(anna, LinkEnd::kUnlinked, kStart + 1s).value();
  EXPECT_EQ(ended->person, anna);
  EXPECT_EQ(ended->chat, "1");
  EXPECT_EQ(ended->at, kStart + 1s);
  EXPECT_FALSE(store->end_of_chat("1", LinkEnd::kBlocked, kStart + 2s).value().has_value());
  EXPECT_EQ(store->link_of(anna).value().ended->reason, "unlinked");
  EXPECT_EQ(store->link_of(anna).value().ended->at, kStart + 1s);
  link(anna, "1");
  EXPECT_FALSE(store->link_of(anna).value().ended.has_value());
  EXPECT_EQ(store->end_of_chat("1", LinkEnd::kBlocked, kStart + 3s).value()->person, anna);
  EXPECT_EQ(store->link_of(anna).value().ended->reason, "blocked");
}

TEST_P(TelegramStoreTest, TwoPeopleWhoseLinksHaveEndedAreNotInEachOthersWay) {
  const Uuid anna = add_person("anna");
  const Uuid paul = add_person("paul");
  link(anna, "1");
  link(paul, "2");
  EXPECT_TRUE(store->end_of_chat("1", LinkEnd::kStopped, kStart).value().has_value());
  EXPECT_TRUE(store->end_of_chat("2", LinkEnd::kStopped, kStart).value().has_value());
  EXPECT_EQ(store->link_of(paul).value().ended->reason, "stopped");
}

TEST_P(TelegramStoreTest, MutesAndQuietSpanAreKept) {
  const Uuid anna = add_person("anna");
  EXPECT_FALSE(store->mute("1", kStart).value());
  EXPECT_FALSE(store->set_quiet("1", QuietSpan{0, 60}, "UTC").value());
  link(anna, "1");
  EXPECT_TRUE(store->mute("1", kStart + 2h).value());
  EXPECT_TRUE(store->set_quiet("1", QuietSpan{22 * 60, 7 * 60}, "Europe/Berlin").value());
  TelegramLink kept = store->person_of("1").value()->link;
  EXPECT_EQ(kept.muted_until, kStart + 2h);
  EXPECT_EQ(kept.quiet, (QuietSpan{22 * 60, 7 * 60}));
  EXPECT_EQ(kept.zone, "Europe/Berlin");
  EXPECT_EQ(kept.since, kStart) << "the link is as old as before";
  EXPECT_EQ(link(anna, "2").linked.link.muted_until, std::nullopt) << "who links anew wants to be told";
  EXPECT_TRUE(store->set_quiet("2", std::nullopt, "UTC").value());
  kept = store->person_of("2").value()->link;
  EXPECT_EQ(kept.quiet, std::nullopt);
  EXPECT_EQ(kept.zone, "Europe/Berlin");
}

TEST_P(TelegramStoreTest, ANotificationLeadsBackToItsConversationWhileItsLinkLasts) {
  const Uuid anna = add_person("anna");
  link(anna, "1");
  const Uuid room = common::new_id(kStart);
  const Uuid epoch = common::new_id(kStart);
  execute(
      "INSERT INTO notification_message (notifier, address, message, person_id, conversation_id, epoch, sequence,"
      " sent_at) VALUES ('telegram', '1', '42', '" +
      anna.to_string() + "', '" + room.to_string() + "', '" + epoch.to_string() + "', 17, 0)");
  const auto told = store->conversation_of("1", "42").value();
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->person, anna);
  EXPECT_EQ(told->conversation, room);
  EXPECT_EQ(told->up_to, (Position{epoch, 17}));
  EXPECT_FALSE(store->conversation_of("1", "43").value().has_value());
  EXPECT_FALSE(store->conversation_of("2", "42").value().has_value());
  link(add_person("paul"), "1");
  EXPECT_FALSE(store->conversation_of("1", "42").value().has_value()) << "the chat is another person's now";
}

TEST_P(TelegramStoreTest, AChatKnowsWhileItsPersonIsBeingTold) {
  const Uuid anna = add_person("anna");
  link(anna, "1");
  link(add_person("paul"), "2");
  const std::string id = "'" + common::new_id(kStart).to_string() + "'";
  const auto set = [&](const std::string& state) {
    execute("DELETE FROM notification");
    execute(
        "INSERT INTO notification (notifier, person_id, conversation_id, state, due_at, last_epoch, last_sequence,"
        " arrived_at, count, author_id, has_several_authors, preview) VALUES ('telegram', '" +
        anna.to_string() + "', " + id + ", '" + state + "', 0, " + id + ", 17, 0, 1, " + id + ", " +
        (postgres ? "false" : "0") + ", '')");
  };
  for (const std::string state : {"idle", "due"}) {
    set(state);
    EXPECT_FALSE(store->is_being_told("1").value()) << state;
  }
  set("sending");
  EXPECT_TRUE(store->is_being_told("1").value());
  EXPECT_FALSE(store->is_being_told("2").value());
  EXPECT_FALSE(store->is_being_told("3").value());
}

TEST_P(TelegramStoreTest, UpdatesGoForwardOnlyUntilTelegramBeginsAnew) {
  EXPECT_EQ(store->done_update(7, kStart).value(), std::nullopt);
  EXPECT_TRUE(store->set_done_update(7, 100, kStart));
  EXPECT_TRUE(store->set_done_update(7, 99, kStart + 1s));
  EXPECT_EQ(store->done_update(7, kStart + 1s).value(), 100);
  EXPECT_EQ(store->done_update(8, kStart).value(), std::nullopt);
  EXPECT_TRUE(store->set_done_update(7, 101, kStart + 2s));
  EXPECT_EQ(store->done_update(7, kStart + kUpdatesCountFor + 2s).value(), 101);
  EXPECT_EQ(store->done_update(7, kStart + kUpdatesCountFor + 3s).value(), std::nullopt);
  EXPECT_TRUE(store->set_done_update(7, 5, kStart + kUpdatesCountFor + 3s));
  EXPECT_EQ(store->done_update(7, kStart + kUpdatesCountFor + 3s).value(), 5);
}

TEST_P(TelegramStoreTest, MakingACodeForgetsThoseThatAreOver) {
  make_code(add_person("a"), "a");
  EXPECT_TRUE(store->make_code(code("late"), add_person("late"), kStart, kStart + 20min));
  EXPECT_TRUE(store->make_code(code("new"), add_person("new"), kStart + 10min, kStart + 20min));
  EXPECT_FALSE(is_good("a")) << "it would be, by this clock";
  EXPECT_TRUE(is_good("late"));
}

TEST_P(TelegramStoreTest, ACodeIsTakenOnceByWhoeverTriesAtTheSameTime) {
  constexpr int kProcesses = 4;
  constexpr int kCodes = 10;
  for (int i = 0; i < kCodes; ++i) make_code(add_person("p" + std::to_string(i)), "code" + std::to_string(i));
  std::vector<std::atomic<int>> taken(kCodes);
  std::atomic<int> failures = 0;
  std::latch all_open(kProcesses);
  const auto take_all = [&](const std::string& chat) {
    const auto own_database = open_database();
    const auto own = own_database->telegram_store().value();
    all_open.arrive_and_wait();
    for (std::size_t i = 0; i < kCodes; ++i) {
      const auto redeemed = own->redeem(code("code" + std::to_string(i)), chat, "tg", kStart);
      if (!redeemed) ++failures;
      if (redeemed && *redeemed) ++taken[i];
    }
  };
  {
    std::vector<std::jthread> processes;
    for (int i = 0; i < kProcesses; ++i) processes.emplace_back(take_all, std::to_string(i));
  }
  EXPECT_EQ(failures, 0);
  for (const auto& times : taken) EXPECT_EQ(times, 1);
}

TEST_P(TelegramStoreTest, PeopleWhoWantOneChatAtTheSameTimeAllGetAnAnswer) {
  constexpr int kPeople = 8;
  std::vector<Uuid> ids;
  for (int i = 0; i < kPeople; ++i) {
    ids.push_back(add_person("p" + std::to_string(i)));
    make_code(ids.back(), "code" + std::to_string(i));
  }
  std::atomic<int> linked = 0;
  std::latch all_open(kPeople);
  {
    std::vector<std::jthread> processes;
    for (int i = 0; i < kPeople; ++i) {
      processes.emplace_back([&, i] {
        const auto own_database = open_database();
        const auto own = own_database->telegram_store().value();
        all_open.arrive_and_wait();
        const auto redeemed = own->redeem(code("code" + std::to_string(i)), "1", "tg", kStart);
        if (redeemed && *redeemed) ++linked;
      });
    }
  }
  EXPECT_EQ(linked, kPeople);
  int links = 0;
  for (const Uuid& id : ids) links += store->link_of(id).value().link ? 1 : 0;
  EXPECT_EQ(links, 1);
}

INSTANTIATE_TEST_SUITE_P(EachDatabase, TelegramStoreTest,
                         testing::Values(TelegramDatabase::kSqlite, TelegramDatabase::kPostgres),
                         [](const testing::TestParamInfo<TelegramDatabase>& which) {
                           return which.param == TelegramDatabase::kSqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace fanfare::workers::store
