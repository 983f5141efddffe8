#pragma once
// OnceStore over SQLite. Borrows the connection of its thread.

#include "workers/store/once_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

class SqliteOnceStore final : public OnceStore {
 public:
  explicit SqliteOnceStore(SqliteConnection& connection) : connection_(connection) {}

  runtime::Result<OnceOutcome> once(const OnceRequest& request, const Change& change) override;
  runtime::Result<std::uint64_t> sweep(common::TimePoint forget_before, std::uint64_t limit) override;

 private:
  SqliteConnection& connection_;
};

}  // namespace fanfare::workers::store
