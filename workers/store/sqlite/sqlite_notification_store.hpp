#pragma once
// NotificationStore over SQLite, on a connection of its own. The one writer of the file is what claims exclude each
// other by.

#include <chrono>
#include <filesystem>
#include <memory>
#include <utility>

#include "workers/store/notification_changes.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

class SqliteNotificationStore final : public NotificationChanges {
 public:
  SqliteNotificationStore(SqliteConnection connection, const NotificationStoreOptions& options);

  runtime::Result<std::uint64_t> take(std::span<const Arrival> arrivals) override;
  runtime::Result<std::vector<DueNotification>> claim(common::TimePoint now, std::chrono::milliseconds lease,
                                                      std::size_t limit) override;
  runtime::Result<std::optional<common::TimePoint>> next_due(common::TimePoint now) override;
  runtime::Result<Begun> begin(const DueNotification& due, bool is_change, std::span<const TokenBucket> buckets,
                               common::TimePoint now, std::chrono::milliseconds lease) override;
  runtime::Result<std::uint64_t> waiting() override;

 private:
  runtime::Result<std::uint64_t> change(std::span<const Statement> statements) override;
  std::uint64_t take_one(SqliteTransaction& transaction, const Arrival& arrival);
  [[nodiscard]] bool lease_rows(SqliteTransaction& transaction, common::TimePoint now, common::TimePoint until,
                                std::size_t limit);
  [[nodiscard]] std::vector<DueNotification> leased(SqliteTransaction& transaction, common::TimePoint until);
  [[nodiscard]] BucketLevel level_of(SqliteTransaction& transaction, const std::string& bucket);
  void set_level(SqliteTransaction& transaction, const std::string& bucket, const BucketLevel& level);

  const std::string widen_;
  SqliteConnection connection_;
};

/// Over a migrated database.
[[nodiscard]] runtime::Result<std::unique_ptr<NotificationStore>> open_sqlite_notification_store(
    const std::filesystem::path& file, std::chrono::milliseconds patience, const NotificationStoreOptions& options);

}  // namespace fanfare::workers::store
