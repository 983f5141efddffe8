#pragma once
// Database over PostgreSQL: one pool of connections that all stores of the process share.

#include <string>

#include "runtime/config/config.hpp"
#include "workers/store/database.hpp"
#include "workers/store/postgres/postgres_pool.hpp"

namespace fanfare::workers::store {

class PostgresDatabase final : public Database {
 public:
  /// Whose URLs check_database() has found good.
  PostgresDatabase(const runtime::DatabaseConfig& config, const DatabaseOptions& options);

  [[nodiscard]] std::string description() const override { return pool_.description(); }
  [[nodiscard]] runtime::Result<std::unique_ptr<AccountStores>> account_stores() override;
  [[nodiscard]] runtime::Result<std::unique_ptr<MessageStore>> message_store() override;
  [[nodiscard]] runtime::Result<std::unique_ptr<TelegramStore>> telegram_store() override;
  [[nodiscard]] runtime::Result<std::unique_ptr<JobStore>> job_store() override;
  [[nodiscard]] runtime::Result<std::unique_ptr<NotificationStore>> notification_store(
      const NotificationStoreOptions& options) override;
  [[nodiscard]] runtime::Result<std::vector<MigrationRow>> migrate(std::optional<int> to) override;
  [[nodiscard]] runtime::Result<std::vector<MigrationRow>> migration_status() override;

 private:
  const std::string migrate_url_;  ///< who may change the tables, past any PgBouncer
  PostgresPool pool_;
};

}  // namespace fanfare::workers::store
