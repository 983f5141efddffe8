#pragma once
// What the tests of the ports of fanfare-accounts share. Each runs on every adapter: a new one is a line in
// kAccountDatabases. For tests only.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "runtime/config/reader.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/pgbouncer.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"
#include "workers/common/new_id.hpp"
#include "workers/store/account_stores.hpp"
#include "workers/store/database.hpp"

namespace fanfare::workers::store::test {

inline constexpr common::TimePoint kNow{std::chrono::milliseconds(1'790'000'000'000)};

/// An empty database of one test, with its migrations applied; open() as often as it has threads.
class AccountDatabase {
 public:
  virtual ~AccountDatabase() = default;
  virtual std::unique_ptr<AccountStores> open() = 0;
};

class SqliteAccountDatabase final : public AccountDatabase {
 public:
  SqliteAccountDatabase() {
    config_.data_dir = folder_.path();
    database_ = Database::open(config_).value();
    database_->migrate().value();
  }
  std::unique_ptr<AccountStores> open() override { return database_->account_stores().value(); }

 private:
  const fanfare::test::TemporaryFolder folder_;
  runtime::Config config_ = runtime::default_config();
  std::unique_ptr<Database> database_;
};

class PostgresAccountDatabase final : public AccountDatabase {
 public:
  explicit PostgresAccountDatabase(bool by_pgbouncer = false) {
    runtime::Config config = runtime::default_config();
    config.database.url = by_pgbouncer ? fanfare::test::url_by_pgbouncer(postgres_) : postgres_.url();
    database_ = Database::open(config, {.patience = fanfare::test::patient(std::chrono::seconds(2))}).value();
  }
  std::unique_ptr<AccountStores> open() override { return database_->account_stores().value(); }

 private:
  const fanfare::test::PostgresTestDatabase postgres_;
  std::unique_ptr<Database> database_;
};

struct AccountDatabaseKind {
  std::string name;
  std::function<std::unique_ptr<AccountDatabase>()> make;
};

/// Part of the tests' names in lists.
inline void PrintTo(const AccountDatabaseKind& kind, std::ostream* out) { *out << kind.name; }

inline const std::vector<AccountDatabaseKind>& account_databases() {
  static const std::vector<AccountDatabaseKind> kinds = {
      {"Sqlite", std::make_unique<SqliteAccountDatabase>},
      {"Postgres", [] { return std::make_unique<PostgresAccountDatabase>(); }}};
  return kinds;
}

/// For suites of what PgBouncer might get in the way of: transactions in parts and races.
inline const std::vector<AccountDatabaseKind>& account_databases_and_pgbouncer() {
  static const std::vector<AccountDatabaseKind> kinds = [] {
    std::vector<AccountDatabaseKind> all = account_databases();
    all.push_back({"PgBouncer", [] { return std::make_unique<PostgresAccountDatabase>(true); }});
    return all;
  }();
  return kinds;
}

inline std::string name_of_database(const testing::TestParamInfo<AccountDatabaseKind>& info) { return info.param.name; }

class AccountStoresTest : public testing::TestWithParam<AccountDatabaseKind> {
 protected:
  static TokenHash hash_of(const std::string& token) { return runtime::crypto::digest(token); }

  static NewSession session_of(const Uuid& person, const std::string& token) {
    return {common::new_id(kNow), person, hash_of(token), kNow, kNow + std::chrono::hours(720)};
  }

  /// Registers somebody whose key is `name` and whose first token is `name`-1.
  Uuid add_person(const std::string& name, const std::string& display_name = "Somebody") {
    const Uuid id = common::new_id(kNow);
    const NewPerson person{{{id, name, display_name}, std::nullopt, kNow}, name, name, display_name, "hash"};
    EXPECT_TRUE(stores->people().add(person, session_of(id, name + "-1")).value());
    return id;
  }

  const std::unique_ptr<AccountDatabase> database = GetParam().make();
  const std::unique_ptr<AccountStores> stores = database->open();
};

}  // namespace fanfare::workers::store::test
