#pragma once
// What SqliteConversationStore reads and writes inside its transactions. Functions; the connection's thread.

#include <optional>

#include "workers/store/conversation_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

[[nodiscard]] bool person_exists(SqliteTransaction& transaction, const Uuid& person);
[[nodiscard]] std::optional<Uuid> find_direct(SqliteTransaction& transaction, const Uuid& one, const Uuid& other);
[[nodiscard]] std::optional<Role> find_role(SqliteTransaction& transaction, const Uuid& person,
                                            const Uuid& conversation);
/// With its first members, as `person` sees it at that time; the conversation exists.
[[nodiscard]] Conversation read_conversation(SqliteTransaction& transaction, const Uuid& id, const Uuid& person,
                                             common::TimePoint now);

/// The conversation, its members and, for a direct one, the pair.
void insert_conversation(SqliteTransaction& transaction, const NewConversation& conversation);

}  // namespace fanfare::workers::store
