#pragma once
// AccountStores over PostgreSQL: one session and the adapters that share it. Borrows the pool of the process.
// Promise: those who write take turns, as with SQLite, so that what a rule has read is still so when it writes. Only
// how far people have read and what they mute is written beside them, in transactions of its own: it comes more often
// than all else, each person has rows of their own, and each write is a condition and not a rule.

#include "workers/store/account_stores.hpp"
#include "workers/store/postgres/postgres_conversation_store.hpp"
#include "workers/store/postgres/postgres_once_store.hpp"
#include "workers/store/postgres/postgres_outbox_store.hpp"
#include "workers/store/postgres/postgres_people_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"
#include "workers/store/postgres/postgres_session_store.hpp"
#include "workers/store/postgres/postgres_signing_key_store.hpp"

namespace fanfare::workers::store {

class PostgresAccountStores final : public AccountStores {
 public:
  explicit PostgresAccountStores(PostgresPool& pool)
      : session_(pool, {.turn = kTurn}), reading_(pool, {.repeatable = true}) {}

  PeopleStore& people() override { return people_; }
  SessionStore& sessions() override { return sessions_; }
  ConversationStore& conversations() override { return conversations_; }
  OutboxStore& outbox() override { return outbox_; }
  SigningKeyStore& signing_keys() override { return signing_keys_; }
  OnceStore& once() override { return once_; }

 private:
  static constexpr std::int64_t kTurn = 0x66616e61;  // "fana"; any number that nothing else locks

  PostgresSession session_;
  PostgresSession reading_;
  PostgresPeopleStore people_{session_};
  PostgresSessionStore sessions_{session_};
  PostgresConversationStore conversations_{session_, reading_};
  PostgresOutboxStore outbox_{session_};
  PostgresSigningKeyStore signing_keys_{session_};
  PostgresOnceStore once_{session_};
};

}  // namespace fanfare::workers::store
