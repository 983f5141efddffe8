#pragma once
// How far people have read, and what they have muted, in PostgreSQL's rows: each in one round trip where something is
// to be done. Functions; the session's thread.

#include <optional>

#include "workers/store/conversation_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {

/// Only forward. Returns the position that holds then; nothing when the person is no member.
[[nodiscard]] std::optional<Position> move_read(PostgresTransaction& transaction, const Uuid& person,
                                                const Uuid& conversation, const Position& position,
                                                common::TimePoint now);

/// False when the person is no member.
[[nodiscard]] bool put_mute(PostgresTransaction& transaction, const Uuid& person, const Uuid& conversation,
                            const Mute& mute);

}  // namespace fanfare::workers::store
