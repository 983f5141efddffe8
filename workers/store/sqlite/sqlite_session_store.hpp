#pragma once
// SessionStore over SQLite. Borrows the connection of its thread.

#include "workers/store/session_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

class SqliteSessionStore final : public SessionStore {
 public:
  explicit SqliteSessionStore(SqliteConnection& connection) : connection_(connection) {}

  runtime::Result<void> begin(const NewSession& session) override;
  runtime::Result<std::optional<Renewed>> renew(const TokenHash& shown, const Renewal& renewal,
                                                const TokenRule& rule) override;
  runtime::Result<void> end(const TokenHash& token, common::TimePoint now) override;
  runtime::Result<std::uint64_t> sweep(common::TimePoint now, std::uint64_t limit) override;

 private:
  SqliteConnection& connection_;
};

}  // namespace fanfare::workers::store
