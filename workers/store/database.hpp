#pragma once
// The one database of all workers, as the configuration names it: SQLite in data_dir, or PostgreSQL. Made once by each
// process; any thread asks it for stores, each of which then belongs to one thread at a time. Promise: a process that
// starts on a database it does not understand says so and leaves it alone.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/config/reader.hpp"
#include "runtime/logging/logger.hpp"
#include "runtime/result.hpp"
#include "workers/store/account_stores.hpp"
#include "workers/store/job_store.hpp"
#include "workers/store/message_store.hpp"
#include "workers/store/migration.hpp"
#include "workers/store/notification_store.hpp"
#include "workers/store/telegram_store.hpp"

namespace fanfare::workers::store {

struct DatabaseOptions {
  /// How long a call may wait for the writers of others and, with PostgreSQL, for a connection and for each answer.
  std::chrono::milliseconds patience{2'000};
};

class Database {
 public:
  virtual ~Database() = default;

  /// Nothing is connected yet: whoever asks a store finds out whether the database is there. An error for a
  /// `database.url` that means nothing.
  [[nodiscard]] static runtime::Result<std::unique_ptr<Database>> open(const runtime::Config& config,
                                                                       const DatabaseOptions& options = {});

  /// The same with all migrations applied, which the log tells of: how a worker starts.
  [[nodiscard]] static runtime::Result<std::unique_ptr<Database>> open_migrated(const runtime::Config& config,
                                                                                const DatabaseOptions& options,
                                                                                runtime::Logger& log);

  /// What the log calls it: the file, or host, port and name; never a password.
  [[nodiscard]] virtual std::string description() const = 0;

  /// Over a migrated database. The stores borrow from this object.
  [[nodiscard]] virtual runtime::Result<std::unique_ptr<AccountStores>> account_stores() = 0;
  [[nodiscard]] virtual runtime::Result<std::unique_ptr<MessageStore>> message_store() = 0;
  [[nodiscard]] virtual runtime::Result<std::unique_ptr<TelegramStore>> telegram_store() = 0;
  [[nodiscard]] virtual runtime::Result<std::unique_ptr<JobStore>> job_store() = 0;
  [[nodiscard]] virtual runtime::Result<std::unique_ptr<NotificationStore>> notification_store(
      const NotificationStoreOptions& options) = 0;

  /// Creates the tables where they are missing and applies what is, up to migration `to`, else all. Returns the rows
  /// applied by this call; when several processes call it at once each migration is in one of their answers. Waits for
  /// the others up to a bound. An error, and nothing is changed, if an applied migration was altered or is of a newer
  /// version.
  [[nodiscard]] virtual runtime::Result<std::vector<MigrationRow>> migrate(std::optional<int> to = {}) = 0;

  /// All migrations this program knows, without changing anything. The same errors as migrate().
  [[nodiscard]] virtual runtime::Result<std::vector<MigrationRow>> migration_status() = 0;
};

/// What is wrong with `database.*`, as each worker's check of its configuration.
[[nodiscard]] std::vector<runtime::Complaint> check_database(const runtime::Config& config);

}  // namespace fanfare::workers::store
