#include "workers/store/sqlite/sqlite_database.hpp"

#include <utility>

#include "workers/store/sqlite/sqlite_account_stores.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"
#include "workers/store/sqlite/sqlite_job_store.hpp"
#include "workers/store/sqlite/sqlite_message_store.hpp"
#include "workers/store/sqlite/sqlite_migrations.hpp"
#include "workers/store/sqlite/sqlite_notification_store.hpp"
#include "workers/store/sqlite/sqlite_telegram_store.hpp"

namespace fanfare::workers::store {

using runtime::Result;

SqliteDatabase::SqliteDatabase(std::filesystem::path file, const DatabaseOptions& options)
    : file_(std::move(file)), options_(options) {}

Result<std::unique_ptr<AccountStores>> SqliteDatabase::account_stores() {
  auto connection = SqliteConnection::open(file_, {.busy_timeout = options_.patience});
  if (!connection) return connection.error();
  return std::unique_ptr<AccountStores>(std::make_unique<SqliteAccountStores>(*std::move(connection)));
}

Result<std::unique_ptr<MessageStore>> SqliteDatabase::message_store() {
  return open_sqlite_message_store(file_, options_.patience);
}

Result<std::unique_ptr<TelegramStore>> SqliteDatabase::telegram_store() {
  return open_sqlite_telegram_store(file_, options_.patience);
}

Result<std::unique_ptr<JobStore>> SqliteDatabase::job_store() {
  return open_sqlite_job_store(file_, options_.patience);
}

Result<std::unique_ptr<NotificationStore>> SqliteDatabase::notification_store(const NotificationStoreOptions& options) {
  return open_sqlite_notification_store(file_, options_.patience, options);
}

Result<std::vector<MigrationRow>> SqliteDatabase::migrate(std::optional<int> to) {
  auto connection = SqliteConnection::open(file_);  // the others' migrations may take longer than their everyday writes
  if (!connection) return connection.error();
  return store::migrate(*connection, sqlite_migrations(), to);
}

Result<std::vector<MigrationRow>> SqliteDatabase::migration_status() {
  std::error_code error;
  if (!std::filesystem::exists(file_, error)) return status_of({}, sqlite_migrations());
  auto connection = SqliteConnection::open(file_, {.create = false});
  if (!connection) return connection.error();
  return store::migration_status(*connection, sqlite_migrations());
}

}  // namespace fanfare::workers::store
