#pragma once
// SigningKeyStore over SQLite. Borrows the connection of its thread.

#include "workers/store/signing_key_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

class SqliteSigningKeyStore final : public SigningKeyStore {
 public:
  explicit SqliteSigningKeyStore(SqliteConnection& connection) : connection_(connection) {}

  runtime::Result<std::vector<SigningKeyRow>> load_or_add(const SigningKeyRow& candidate) override;

 private:
  SqliteConnection& connection_;
};

}  // namespace fanfare::workers::store
