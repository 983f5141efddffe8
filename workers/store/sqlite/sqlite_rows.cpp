#include "workers/store/sqlite/sqlite_rows.hpp"

#include <SQLiteCpp/Column.h>

#include <chrono>

#include "workers/common/new_id.hpp"

namespace fanfare::workers::store {
namespace {

const char* text_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kPersonChanged:
      return "person_changed";
    case ChangeKind::kConversationChanged:
      return "conversation_changed";
    case ChangeKind::kConversationAdded:
      break;
  }
  return "conversation_added";
}

std::uint64_t next_change(SqliteTransaction& transaction) {
  execute(transaction.statement("UPDATE change_counter SET change = change + 1"));
  auto& read = transaction.statement("SELECT change FROM change_counter");
  read.executeStep();
  return count_at(read, 0);
}

}  // namespace

void bind_id(SQLite::Statement& statement, int index, const Uuid& id) { statement.bind(index, id.to_string()); }

void bind_time(SQLite::Statement& statement, int index, common::TimePoint time) {
  statement.bind(index, std::int64_t{time.time_since_epoch().count()});
}

void bind_hash(SQLite::Statement& statement, int index, const TokenHash& hash) {
  statement.bind(index, hash.data(), static_cast<int>(hash.size()));
}

void bind_count(SQLite::Statement& statement, int index, std::uint64_t count) {
  statement.bind(index, static_cast<std::int64_t>(count));
}

Uuid id_at(SQLite::Statement& statement, int column) {
  return Uuid::parse(statement.getColumn(column).getString()).value_or(Uuid{});
}

common::TimePoint time_at(SQLite::Statement& statement, int column) {
  return common::TimePoint(std::chrono::milliseconds(statement.getColumn(column).getInt64()));
}

std::uint64_t count_at(SQLite::Statement& statement, int column) {
  return static_cast<std::uint64_t>(statement.getColumn(column).getInt64());
}

Person person_at(SQLite::Statement& statement, int first) {
  return {id_at(statement, first), statement.getColumn(first + 1).getString(),
          statement.getColumn(first + 2).getString()};
}

Profile profile_at(SQLite::Statement& statement, int first) {
  Profile profile{person_at(statement, first), std::nullopt, time_at(statement, first + 4)};
  if (!statement.isColumnNull(first + 3)) profile.locale = statement.getColumn(first + 3).getString();
  return profile;
}

void execute(SQLite::Statement& statement) {
  while (statement.executeStep()) {
  }
}

std::uint64_t execute_and_count(SQLite::Statement& statement) {
  execute(statement);
  return static_cast<std::uint64_t>(statement.getChanges());
}

void insert_session(SqliteTransaction& transaction, const NewSession& session) {
  auto& insert = transaction.statement(
      "INSERT INTO session (id, person_id, generation, rotated_at, expires_at) VALUES (?, ?, 1, ?, ?)");
  bind_id(insert, 1, session.id);
  bind_id(insert, 2, session.person);
  bind_time(insert, 3, session.now);
  bind_time(insert, 4, session.expires_at);
  execute(insert);
  auto& token = transaction.statement("INSERT INTO refresh_token (hash, session_id, generation) VALUES (?, ?, ?)");
  bind_hash(token, 1, session.token);
  bind_id(token, 2, session.id);
  bind_count(token, 3, 1);
  execute(token);
}

void insert_change(SqliteTransaction& transaction, ChangeKind kind, const Uuid& person, const Uuid& conversation) {
  const std::uint64_t change = next_change(transaction);
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  auto& insert = transaction.statement(
      "INSERT INTO outbox (change, message_id, kind, person_id, conversation_id) VALUES (?, ?, ?, ?, ?)");
  bind_count(insert, 1, change);
  bind_id(insert, 2, common::new_id(now));
  insert.bind(3, text_of(kind));
  if (!person.is_nil()) bind_id(insert, 4, person);
  if (!conversation.is_nil()) bind_id(insert, 5, conversation);
  execute(insert);
}

}  // namespace fanfare::workers::store
