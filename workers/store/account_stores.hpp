#pragma once
// All ports that fanfare-accounts writes through; calls of one inside a change of another are one transaction. Owned by
// the thread that uses it; each thread has its own (Database::account_stores()).

#include "workers/store/conversation_store.hpp"
#include "workers/store/once_store.hpp"
#include "workers/store/outbox_store.hpp"
#include "workers/store/people_store.hpp"
#include "workers/store/session_store.hpp"
#include "workers/store/signing_key_store.hpp"

namespace fanfare::workers::store {

class AccountStores {
 public:
  virtual ~AccountStores() = default;

  virtual PeopleStore& people() = 0;
  virtual SessionStore& sessions() = 0;
  virtual ConversationStore& conversations() = 0;
  virtual OutboxStore& outbox() = 0;
  virtual SigningKeyStore& signing_keys() = 0;
  virtual OnceStore& once() = 0;
};

}  // namespace fanfare::workers::store
