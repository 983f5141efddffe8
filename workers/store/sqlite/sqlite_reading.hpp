#pragma once
// How far people have read, and what they have muted, in SQLite's rows. Functions; the connection's thread.

#include <optional>

#include "workers/store/conversation_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

[[nodiscard]] std::optional<Position> find_read(SqliteTransaction& transaction, const Uuid& person,
                                                const Uuid& conversation);
/// Nothing, too, for one that has ended by `now`.
[[nodiscard]] std::optional<Mute> find_mute(SqliteTransaction& transaction, const Uuid& person,
                                            const Uuid& conversation, common::TimePoint now);

/// Only forward. The person is a member of the conversation, here and below.
void move_read(SqliteTransaction& transaction, const Uuid& person, const Uuid& conversation, const Position& position,
               common::TimePoint now);
void put_mute(SqliteTransaction& transaction, const Uuid& person, const Uuid& conversation, const Mute& mute);
void remove_mute(SqliteTransaction& transaction, const Uuid& person, const Uuid& conversation);

}  // namespace fanfare::workers::store
