#pragma once
// Database over SQLite: one file in data_dir. Each store has a connection of its own.

#include <filesystem>

#include "workers/store/database.hpp"

namespace fanfare::workers::store {

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::filesystem::path file, const DatabaseOptions& options);

  [[nodiscard]] std::string description() const override { return file_.string(); }
  [[nodiscard]] runtime::Result<std::unique_ptr<AccountStores>> account_stores() override;
  [[nodiscard]] runtime::Result<std::unique_ptr<MessageStore>> message_store() override;
  [[nodiscard]] runtime::Result<std::unique_ptr<TelegramStore>> telegram_store() override;
  [[nodiscard]] runtime::Result<std::unique_ptr<JobStore>> job_store() override;
  [[nodiscard]] runtime::Result<std::unique_ptr<NotificationStore>> notification_store(
      const NotificationStoreOptions& options) override;
  [[nodiscard]] runtime::Result<std::vector<MigrationRow>> migrate(std::optional<int> to) override;
  [[nodiscard]] runtime::Result<std::vector<MigrationRow>> migration_status() override;

 private:
  const std::filesystem::path file_;
  const DatabaseOptions options_;
};

}  // namespace fanfare::workers::store
