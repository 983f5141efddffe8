#pragma once
// How values of this folder's adapters stand in SQLite's rows: ids as text, times in milliseconds, hashes as bytes. And
// the two inserts that several adapters need inside their transactions. Functions; the connection's thread.

#include <SQLiteCpp/Statement.h>

#include <cstdint>

#include "protocol/fanfare/uuid.hpp"
#include "workers/common/time_point.hpp"
#include "workers/store/outbox_store.hpp"
#include "workers/store/session_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

void bind_id(SQLite::Statement& statement, int index, const Uuid& id);
void bind_time(SQLite::Statement& statement, int index, common::TimePoint time);
void bind_hash(SQLite::Statement& statement, int index, const TokenHash& hash);
void bind_count(SQLite::Statement& statement, int index, std::uint64_t count);

[[nodiscard]] Uuid id_at(SQLite::Statement& statement, int column);
[[nodiscard]] common::TimePoint time_at(SQLite::Statement& statement, int column);
[[nodiscard]] std::uint64_t count_at(SQLite::Statement& statement, int column);
/// Of the columns id, username, display_name from `first` on.
[[nodiscard]] Person person_at(SQLite::Statement& statement, int first);
/// Of those and locale, created_at.
[[nodiscard]] Profile profile_at(SQLite::Statement& statement, int first);

/// Runs a statement that gives no rows.
void execute(SQLite::Statement& statement);
/// The same, and says how many rows it has changed.
[[nodiscard]] std::uint64_t execute_and_count(SQLite::Statement& statement);

void insert_session(SqliteTransaction& transaction, const NewSession& session);

/// Counts the change and puts it into the outbox; nil ids are left out.
void insert_change(SqliteTransaction& transaction, ChangeKind kind, const Uuid& person, const Uuid& conversation);

}  // namespace fanfare::workers::store
