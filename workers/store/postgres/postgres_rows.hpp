#pragma once
// How people stand in PostgreSQL's rows, and the two inserts that several adapters of this folder need inside their
// transactions. Functions; the session's thread.

#include <pqxx/result>
#include <vector>

#include "workers/store/outbox_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"
#include "workers/store/session_store.hpp"

namespace fanfare::workers::store {

/// Of the columns id, username, display_name from `first` on.
[[nodiscard]] Person person_in(const pqxx::row& row, pqxx::row::size_type first);
/// Of those and locale, created_at.
[[nodiscard]] Profile profile_in(const pqxx::row& row, pqxx::row::size_type first);

void insert_session(PostgresTransaction& transaction, const NewSession& session);

/// Counts the changes, one for each of `people`, and puts them into the outbox in this order; nil ids are left out.
void insert_changes(PostgresTransaction& transaction, ChangeKind kind, const std::vector<Uuid>& people,
                    const Uuid& conversation);

}  // namespace fanfare::workers::store
