#pragma once
// Looks for words in the history. Function; the session's thread. The index of words also knows conversations, so only
// messages of those that the reader is in are looked at.

#include "workers/store/message_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {

[[nodiscard]] SearchPage search_messages(PostgresTransaction& transaction, const SearchQuery& query);

}  // namespace fanfare::workers::store
