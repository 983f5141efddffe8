#include "workers/store/sqlite/sqlite_migrations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <future>

#include "tests/unit/runtime/support/temporary_folder.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::array<Migration, 2> kTwo = {{{1, "people", "aa", "CREATE TABLE person (id TEXT); SELECT 1;"},
                                            {2, "rooms", "bb", "-- a comment\nCREATE TABLE room (id TEXT);"}}};
constexpr std::span<const Migration> kOne = std::span(kTwo).first(1);

MATCHER_P(Named, name, "") { return arg.name == name; }

class SqliteMigrations : public testing::Test {
 protected:
  [[nodiscard]] SqliteConnection open() const { return SqliteConnection::open(file).value(); }

  static bool has_table(SqliteConnection& connection, const std::string& name) {
    return connection
        .read([&](SqliteTransaction& transaction) -> Result<bool> {
          auto& query = transaction.statement("SELECT 1 FROM sqlite_schema WHERE name = ?");
          query.bind(1, name);
          return query.executeStep();
        })
        .value();
  }

  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "fanfare.db";
  SqliteConnection connection = open();
};

TEST_F(SqliteMigrations, WhatIsMissingIsAppliedOnceInOrder) {
  EXPECT_THAT(migrate(connection, kOne).value(), ElementsAre(Named("people")));
  EXPECT_THAT(migrate(connection, kTwo).value(), ElementsAre(Named("rooms")));
  EXPECT_THAT(migrate(connection, kTwo).value(), IsEmpty());
  EXPECT_TRUE(has_table(connection, "person"));
  EXPECT_TRUE(has_table(connection, "room"));
}

TEST_F(SqliteMigrations, TheStatusSaysWhatIsAppliedAndChangesNothing) {
  EXPECT_THAT(migration_status(connection, kTwo).value(),
              ElementsAre(MigrationRow{1, "people", ""}, MigrationRow{2, "rooms", ""}));
  EXPECT_FALSE(has_table(connection, "schema_migration"));
  ASSERT_TRUE(migrate(connection, kOne).has_value());
  const auto status = migration_status(connection, kTwo).value();
  EXPECT_THAT(status[0].applied_at, testing::MatchesRegex(R"(20..-..-..T..:..:......Z)"));
  EXPECT_THAT(status[1].applied_at, IsEmpty());
}

TEST_F(SqliteMigrations, OneThatFailsLeavesNothingBehindAndIsNamed) {
  constexpr std::array<Migration, 2> kBroken = {
      {kTwo[0], {2, "rooms", "bb", "CREATE TABLE room (id TEXT); CREATE TABLE person (id TEXT);"}}};
  const auto failed = migrate(connection, kBroken);
  ASSERT_TRUE(failed.has_error());
  EXPECT_THAT(failed.error().message, AllOf(HasSubstr("0002_rooms.sql"), HasSubstr("person")));
  EXPECT_FALSE(has_table(connection, "room"));
  EXPECT_THAT(migrate(connection, kTwo).value(), ElementsAre(Named("rooms")));
}

TEST_F(SqliteMigrations, OneThatEndsItsTransactionIsRefused) {
  constexpr std::array<Migration, 1> kCommits = {{{1, "people", "aa", "CREATE TABLE person (id TEXT); COMMIT;"}}};
  const auto failed = migrate(connection, kCommits);
  ASSERT_TRUE(failed.has_error());
  EXPECT_THAT(failed.error().message, HasSubstr("0001_people.sql: not authorized"));
  EXPECT_FALSE(has_table(connection, "person"));
}

TEST_F(SqliteMigrations, AnAlteredOneIsRefused) {
  ASSERT_TRUE(migrate(connection, kTwo).has_value());
  constexpr std::array<Migration, 2> kAltered = {{kTwo[0], {2, "rooms", "cc", kTwo[1].sql}}};
  for (const auto& refused : {migrate(connection, kAltered), migration_status(connection, kAltered)}) {
    ASSERT_TRUE(refused.has_error());
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr("0002_rooms.sql"), HasSubstr("another content")));
  }
}

TEST_F(SqliteMigrations, OneOfANewerVersionIsRefused) {
  ASSERT_TRUE(migrate(connection, kTwo).has_value());
  const auto refused = migrate(connection, kOne);
  ASSERT_TRUE(refused.has_error());
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("0002_rooms.sql"), HasSubstr("newer version")));
}

TEST_F(SqliteMigrations, OfManyThatStartAtOnceExactlyOneAppliesEach) {
  std::vector<std::future<Result<std::vector<MigrationRow>>>> starts;
  for (int index = 0; index < 8; ++index) {
    starts.push_back(std::async(std::launch::async, [this]() -> Result<std::vector<MigrationRow>> {
      auto own = SqliteConnection::open(file);
      if (!own) return own.error();
      return migrate(*own, kTwo);
    }));
  }
  std::vector<std::string> applied;
  for (auto& start : starts) {
    const auto rows = start.get();
    ASSERT_TRUE(rows.has_value()) << rows.error().message;
    for (const MigrationRow& row : *rows) applied.push_back(row.name);
  }
  EXPECT_THAT(applied, testing::UnorderedElementsAre("people", "rooms"));
}

TEST_F(SqliteMigrations, ConversationsAreAsFarAsTheOneProcessThatStoredThemWas) {
  const auto all = sqlite_migrations();
  ASSERT_GE(all.size(), 4U);
  ASSERT_TRUE(migrate(connection, all.first(3)).has_value());
  const auto rows = connection.write([](SqliteTransaction& transaction) -> Result<void> {
    transaction.execute(
        "INSERT INTO message VALUES ('i1', 'e', 1, 'room', 'a', 'c', 't', 0), ('i2', 'e', 3, 'room', 'a', 'c', 't', 0),"
        " ('i3', 'e', 2, 'other', 'a', 'c', 't', 0); INSERT INTO message_progress VALUES (1, 'e', 9)");
    return {};
  });
  ASSERT_TRUE(rows.has_value());
  ASSERT_TRUE(migrate(connection, all).has_value());
  const auto progress = connection.read([](SqliteTransaction& transaction) -> Result<std::vector<std::string>> {
    std::vector<std::string> found;
    auto& query = transaction.statement(
        "SELECT conversation_id || ' ' || epoch || ' ' || sequence FROM conversation_progress ORDER BY 1");
    while (query.executeStep()) found.push_back(query.getColumn(0).getString());
    return found;
  });
  EXPECT_THAT(progress.value(), ElementsAre("other e 9", "room e 9"));
  EXPECT_FALSE(has_table(connection, "message_progress"));
}

/// What a database of version `number` may hold.
constexpr std::array<const char*, 7> kRowsOfVersion = {
    "INSERT INTO person VALUES ('p', 'peter', 'peter', 'peter', 'Peter', 'peter', NULL, 0)",
    "INSERT INTO conversation VALUES ('c-c', 'room', NULL, 0); INSERT INTO member VALUES ('c-c', 'p', 0, 'owner')",
    "INSERT INTO message VALUES ('i2', 'e', 2, 'c-c', 'p', 'k2', 'Crème brûlée', 7),"
    " ('i1', 'e', 1, 'c-c', 'p', 'k1', 'it''s \"one\"', 6); INSERT INTO message_progress VALUES (1, 'e', 9)",
    "INSERT INTO message VALUES ('i3', 'f', 1, 'c-c', 'q', 'k3', 'creme', 8)",
    "INSERT INTO idempotency_key VALUES ('p', 'k', 'm', x'00', '{}', 0)",
    "",
    ""};

/// As lines; the words are those of the index.
std::string rows_of(SqliteConnection& connection, const std::string& sql) {
  return connection
      .read([&](SqliteTransaction& transaction) -> Result<std::string> {
        std::string found;
        auto& query = transaction.statement(sql);
        while (query.executeStep()) found += query.getColumn(0).getString() + ";";
        return found;
      })
      .value();
}

TEST_F(SqliteMigrations, AnEarlierVersionKeepsItsRowsAndTheyAreFound) {
  const auto all = sqlite_migrations();
  for (std::size_t version = 1; version < kRowsOfVersion.size(); ++version) {
    SqliteConnection old = SqliteConnection::open(folder.path() / ("v" + std::to_string(version))).value();
    for (std::size_t step = 1; step <= version; ++step) {
      ASSERT_TRUE(migrate(old, all, static_cast<int>(step)).has_value());
      ASSERT_TRUE(old.write([&](SqliteTransaction& transaction) -> Result<void> {
                       transaction.execute(kRowsOfVersion[step - 1]);
                       return {};
                     })
                      .has_value());
    }
    ASSERT_TRUE(migrate(old, all).has_value()) << version;
    EXPECT_EQ(rows_of(old, "SELECT id || username FROM person"), "ppeter;");
    EXPECT_EQ(rows_of(old, "SELECT conversation_id || person_id FROM member"), version >= 2 ? "c-cp;" : "");
    EXPECT_EQ(rows_of(old,
                      "SELECT id || epoch || sequence || conversation_id || author_id || client_id || text || "
                      "sent_at FROM message ORDER BY number"),
              version < 3   ? ""
              : version < 4 ? "i1e1c-cpk1it's \"one\"6;i2e2c-cpk2Crème brûlée7;"
                            : "i1e1c-cpk1it's \"one\"6;i2e2c-cpk2Crème brûlée7;i3f1c-cqk3creme8;");
    EXPECT_EQ(rows_of(old,
                      "SELECT rowid FROM message_word WHERE message_word MATCH 'words : (creme) AND conversation "
                      ": (cc)' ORDER BY rowid"),
              version < 3   ? ""
              : version < 4 ? "2;"
                            : "2;3;");
    EXPECT_EQ(rows_of(old, "SELECT conversation_id || epoch || sequence FROM conversation_progress"),
              version < 3 ? "" : "c-ce9;");
    EXPECT_EQ(rows_of(old, "PRAGMA integrity_check"), "ok;");
  }
}

}  // namespace
}  // namespace fanfare::workers::store
