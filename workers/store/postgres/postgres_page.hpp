#pragma once
// A page of a conversation's history. Function; the session's thread. Looks only into the partitions of months in which
// the conversation has messages, one after the other until the page is full: how many months there are costs nothing.

#include <optional>

#include "workers/store/message_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {

/// Nothing if the reader is no member.
[[nodiscard]] std::optional<HistoryPage> read_page(PostgresTransaction& transaction, const HistoryQuery& query);

}  // namespace fanfare::workers::store
