#include "workers/store/postgres/postgres_database.hpp"

#include "workers/store/postgres/postgres_account_stores.hpp"
#include "workers/store/postgres/postgres_job_store.hpp"
#include "workers/store/postgres/postgres_message_store.hpp"
#include "workers/store/postgres/postgres_migrations.hpp"
#include "workers/store/postgres/postgres_notification_store.hpp"
#include "workers/store/postgres/postgres_settings.hpp"
#include "workers/store/postgres/postgres_telegram_store.hpp"

namespace fanfare::workers::store {

using runtime::Result;

PostgresDatabase::PostgresDatabase(const runtime::DatabaseConfig& config, const DatabaseOptions& options)
    : migrate_url_(config.migrate_url.empty() ? config.url : config.migrate_url),
      pool_(read_postgres_url(config.url).value(), {.size = config.connections, .patience = options.patience}) {}

Result<std::unique_ptr<AccountStores>> PostgresDatabase::account_stores() {
  return std::unique_ptr<AccountStores>(std::make_unique<PostgresAccountStores>(pool_));
}

Result<std::unique_ptr<MessageStore>> PostgresDatabase::message_store() { return make_postgres_message_store(pool_); }

Result<std::unique_ptr<TelegramStore>> PostgresDatabase::telegram_store() {
  return std::unique_ptr<TelegramStore>(std::make_unique<PostgresTelegramStore>(pool_));
}

Result<std::unique_ptr<JobStore>> PostgresDatabase::job_store() {
  return std::unique_ptr<JobStore>(std::make_unique<PostgresJobStore>(pool_));
}

Result<std::unique_ptr<NotificationStore>> PostgresDatabase::notification_store(
    const NotificationStoreOptions& options) {
  return std::unique_ptr<NotificationStore>(std::make_unique<PostgresNotificationStore>(pool_, options));
}

Result<std::vector<MigrationRow>> PostgresDatabase::migrate(std::optional<int> to) {
  PostgresPool pool(read_postgres_url(migrate_url_).value(), {.size = 1});
  return store::migrate(pool, postgres_migrations(), to);
}

Result<std::vector<MigrationRow>> PostgresDatabase::migration_status() {
  return store::migration_status(pool_, postgres_migrations());
}

}  // namespace fanfare::workers::store
