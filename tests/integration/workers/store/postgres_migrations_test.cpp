// Migrations on PostgreSQL: from every earlier version, many at once, altered, newer.
#include "workers/store/postgres/postgres_migrations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <future>

#include "tests/support/postgres.hpp"
#include "workers/store/postgres/postgres_settings.hpp"

namespace fanfare::workers::store {
namespace {

using fanfare::test::PostgresTestDatabase;
using testing::HasSubstr;

class PostgresMigrationsTest : public testing::Test {
 protected:
  const PostgresTestDatabase database{false};
  PostgresPool pool{read_postgres_url(database.url()).value(), {.size = 10}};
};

TEST_F(PostgresMigrationsTest, EachEarlierVersionGetsWhatItLacks) {
  const auto all = postgres_migrations();
  for (std::size_t have = 1; have <= all.size(); ++have) {
    const PostgresTestDatabase old(false);
    PostgresPool own(read_postgres_url(old.url()).value(), {.size = 1});
    EXPECT_EQ(migrate(own, all, static_cast<int>(have)).value().size(), have);
    EXPECT_EQ(migrate(own, all).value().size(), all.size() - have);
    EXPECT_TRUE(migrate(own, all).value().empty());
    for (const MigrationRow& row : migration_status(own, all).value()) EXPECT_NE(row.applied_at, "") << row.name;
  }
}

TEST_F(PostgresMigrationsTest, TenAtOnceApplyEachOnce) {
  constexpr std::size_t kProcesses = 10;
  std::vector<std::future<std::size_t>> all;
  for (std::size_t i = 0; i < kProcesses; ++i) {
    all.push_back(std::async(std::launch::async, [this] {
      PostgresPool own(read_postgres_url(database.url()).value(), {.size = 1});
      return migrate(own, postgres_migrations()).value().size();
    }));
  }
  std::size_t applied = 0;
  for (auto& one : all) applied += one.get();
  EXPECT_EQ(applied, postgres_migrations().size());
  EXPECT_EQ(database.value("SELECT count(*) FROM schema_migration"), std::to_string(applied));
}

TEST_F(PostgresMigrationsTest, ANewerOrAlteredDatabaseIsLeftAlone) {
  migrate(pool, postgres_migrations()).value();
  database.execute("INSERT INTO schema_migration VALUES (9999, 'tomorrow', 'aa', '2030-01-01T00:00:00.000Z')");
  EXPECT_THAT(migrate(pool, postgres_migrations()).error().message, HasSubstr("newer version"));
  database.execute("DELETE FROM schema_migration WHERE number = 9999");
  database.execute("UPDATE schema_migration SET checksum = 'ab' WHERE number = 1");
  EXPECT_THAT(migrate(pool, postgres_migrations()).error().message, HasSubstr("another content"));
}

TEST_F(PostgresMigrationsTest, OneThatFailsLeavesNothingBehind) {
  constexpr std::array<Migration, 1> kBroken = {
      {{1, "broken", "cc", "CREATE TABLE half (id integer); SELECT nothing;"}}};
  const auto failed = migrate(pool, kBroken);
  ASSERT_TRUE(failed.has_error());
  EXPECT_THAT(failed.error().message, HasSubstr("0001_broken.sql"));
  EXPECT_EQ(database.value("SELECT to_regclass('half')"), "");
}

}  // namespace
}  // namespace fanfare::workers::store
