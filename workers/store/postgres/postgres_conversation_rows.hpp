#pragma once
// What PostgresConversationStore reads and writes inside its transactions: all of a page, or all members, in one round
// trip. Functions; the session's thread.

#include <optional>
#include <vector>

#include "workers/store/conversation_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {

[[nodiscard]] bool all_exist(PostgresTransaction& transaction, const std::vector<Uuid>& people);
[[nodiscard]] std::optional<Uuid> find_direct(PostgresTransaction& transaction, const Uuid& one, const Uuid& other);
[[nodiscard]] std::optional<Role> find_role(PostgresTransaction& transaction, const Uuid& person,
                                            const Uuid& conversation);
/// With their first members, in this order, as `person` sees them at that time; they exist.
[[nodiscard]] std::vector<Conversation> read_conversations(PostgresTransaction& transaction,
                                                           const std::vector<Uuid>& ids, const Uuid& person,
                                                           common::TimePoint now);

/// The conversation, its members and, for a direct one, the pair.
void insert_conversation(PostgresTransaction& transaction, const NewConversation& conversation);

}  // namespace fanfare::workers::store
