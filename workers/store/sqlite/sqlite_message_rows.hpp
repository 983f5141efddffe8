#pragma once
// How messages stand in SQLite's rows, and the queries that page, preview and search share. Functions; the connection's
// thread.

#include <SQLiteCpp/Statement.h>

#include <optional>

#include "workers/store/message_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

/// Of `message m`, joined with `person_view p`: what message_at() reads.
inline constexpr const char* kSqliteMessageColumns =
    "m.id, m.conversation_id, m.author_id, m.client_id, m.text, m.epoch, m.sequence, m.sent_at, "
    "coalesce(p.username, ''), coalesce(p.display_name, '') ";

[[nodiscard]] HistoryMessage message_at(SQLite::Statement& statement);

/// Of the columns epoch and sequence from `first` on.
[[nodiscard]] Position position_at(SQLite::Statement& statement, int first);

/// As the parameters `first` and the next one.
void bind_position(SQLite::Statement& statement, int first, const Position& position);

}  // namespace fanfare::workers::store
