#pragma once
// NotificationStore over PostgreSQL. Borrows the pool. Claims step over rows that others are claiming (SKIP LOCKED),
// and whoever begins locks its buckets' rows in the order of their names.

#include <utility>

#include "workers/store/notification_changes.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {

class PostgresNotificationStore final : public NotificationChanges {
 public:
  PostgresNotificationStore(PostgresPool& pool, const NotificationStoreOptions& options);

  runtime::Result<std::uint64_t> take(std::span<const Arrival> arrivals) override;
  runtime::Result<std::vector<DueNotification>> claim(common::TimePoint now, std::chrono::milliseconds lease,
                                                      std::size_t limit) override;
  runtime::Result<std::optional<common::TimePoint>> next_due(common::TimePoint now) override;
  runtime::Result<Begun> begin(const DueNotification& due, bool is_change, std::span<const TokenBucket> buckets,
                               common::TimePoint now, std::chrono::milliseconds lease) override;
  runtime::Result<std::uint64_t> waiting() override;

 private:
  runtime::Result<std::uint64_t> change(std::span<const Statement> statements) override;
  std::uint64_t take_round(PostgresTransaction& transaction, const std::vector<const Arrival*>& round);
  [[nodiscard]] std::vector<BucketLevel> lock_levels(PostgresTransaction& transaction,
                                                     std::span<const TokenBucket> buckets);

  const std::string take_;
  PostgresSession session_;
};

}  // namespace fanfare::workers::store
