#pragma once
// What a page will show of messages that are not stored yet. Function; the session's thread.

#include <span>
#include <vector>

#include "workers/store/message_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {

[[nodiscard]] std::vector<HistoryMessage> preview_messages(PostgresTransaction& transaction,
                                                           std::span<const ChatMessage> messages);

}  // namespace fanfare::workers::store
