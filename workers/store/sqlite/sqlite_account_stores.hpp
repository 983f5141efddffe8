#pragma once
// AccountStores over SQLite: one connection and the adapters that share it.

#include <utility>

#include "workers/store/account_stores.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"
#include "workers/store/sqlite/sqlite_conversation_store.hpp"
#include "workers/store/sqlite/sqlite_once_store.hpp"
#include "workers/store/sqlite/sqlite_outbox_store.hpp"
#include "workers/store/sqlite/sqlite_people_store.hpp"
#include "workers/store/sqlite/sqlite_session_store.hpp"
#include "workers/store/sqlite/sqlite_signing_key_store.hpp"

namespace fanfare::workers::store {

class SqliteAccountStores final : public AccountStores {
 public:
  explicit SqliteAccountStores(SqliteConnection connection) : connection_(std::move(connection)) {}
  SqliteAccountStores(const SqliteAccountStores&) = delete;
  SqliteAccountStores& operator=(const SqliteAccountStores&) = delete;

  PeopleStore& people() override { return people_; }
  SessionStore& sessions() override { return sessions_; }
  ConversationStore& conversations() override { return conversations_; }
  OutboxStore& outbox() override { return outbox_; }
  SigningKeyStore& signing_keys() override { return signing_keys_; }
  OnceStore& once() override { return once_; }

 private:
  SqliteConnection connection_;
  SqlitePeopleStore people_{connection_};
  SqliteSessionStore sessions_{connection_};
  SqliteConversationStore conversations_{connection_};
  SqliteOutboxStore outbox_{connection_};
  SqliteSigningKeyStore signing_keys_{connection_};
  SqliteOnceStore once_{connection_};
};

}  // namespace fanfare::workers::store
