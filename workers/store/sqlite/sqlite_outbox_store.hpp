#pragma once
// OutboxStore over SQLite. Borrows the connection of its thread.

#include "workers/store/outbox_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

class SqliteOutboxStore final : public OutboxStore {
 public:
  explicit SqliteOutboxStore(SqliteConnection& connection) : connection_(connection) {}

  runtime::Result<std::vector<OutboxRow>> pending(std::size_t limit) override;
  runtime::Result<bool> claim(const std::string& holder, common::TimePoint now, common::TimePoint expires_at) override;
  runtime::Result<void> release(const std::string& holder) override;
  runtime::Result<void> remove(std::uint64_t up_to) override;

 private:
  SqliteConnection& connection_;
};

}  // namespace fanfare::workers::store
