#pragma once
// How many messages are new to somebody. Function; the connection's thread. Reads at most the query's limit and one
// more of each conversation, newest first.

#include <vector>

#include "workers/store/message_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

[[nodiscard]] std::vector<Unread> count_unread(SqliteTransaction& transaction, const UnreadQuery& query);

}  // namespace fanfare::workers::store
