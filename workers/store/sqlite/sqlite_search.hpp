#pragma once
// Looks for words in the history. Function; the connection's thread. The index of words also knows conversations, so
// only messages of those that the reader is in are looked at.

#include "workers/store/message_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

[[nodiscard]] SearchPage search_messages(SqliteTransaction& transaction, const SearchQuery& query);

}  // namespace fanfare::workers::store
