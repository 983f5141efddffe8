#pragma once
// Pages of a conversation's history, and what they will show. Functions; the connection's thread.

#include <optional>
#include <span>
#include <vector>

#include "workers/store/message_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

/// Nothing if the reader is no member.
[[nodiscard]] std::optional<HistoryPage> read_page(SqliteTransaction& transaction, const HistoryQuery& query);

[[nodiscard]] std::vector<HistoryMessage> preview_messages(SqliteTransaction& transaction,
                                                           std::span<const ChatMessage> messages);

}  // namespace fanfare::workers::store
