#include "workers/store/sqlite/sqlite_reading.hpp"

#include <SQLiteCpp/Column.h>

#include "workers/store/sqlite/sqlite_message_rows.hpp"
#include "workers/store/sqlite/sqlite_rows.hpp"

namespace fanfare::workers::store {
namespace {

/// As the first two parameters of what names a person in a conversation.
void bind_both(SQLite::Statement& statement, const Uuid& person, const Uuid& conversation) {
  bind_id(statement, 1, conversation);
  bind_id(statement, 2, person);
}

}  // namespace

std::optional<Position> find_read(SqliteTransaction& transaction, const Uuid& person, const Uuid& conversation) {
  auto& select =
      transaction.statement("SELECT epoch, sequence FROM read_position WHERE conversation_id = ? AND person_id = ?");
  bind_both(select, person, conversation);
  if (!select.executeStep()) return std::nullopt;
  return position_at(select, 0);
}

std::optional<Mute> find_mute(SqliteTransaction& transaction, const Uuid& person, const Uuid& conversation,
                              common::TimePoint now) {
  auto& select = transaction.statement(
      "SELECT until FROM mute WHERE conversation_id = ? AND person_id = ? AND (until IS NULL OR until > ?)");
  bind_both(select, person, conversation);
  bind_time(select, 3, now);
  if (!select.executeStep()) return std::nullopt;
  Mute mute;
  if (!select.isColumnNull(0)) mute.until = time_at(select, 0);
  return mute;
}

void move_read(SqliteTransaction& transaction, const Uuid& person, const Uuid& conversation, const Position& position,
               common::TimePoint now) {
  auto& upsert = transaction.statement(
      "INSERT INTO read_position (conversation_id, person_id, epoch, sequence, read_at) VALUES (?, ?, ?, ?, ?)"
      " ON CONFLICT (conversation_id, person_id) DO UPDATE"
      " SET epoch = excluded.epoch, sequence = excluded.sequence, read_at = excluded.read_at"
      " WHERE (excluded.epoch, excluded.sequence) > (read_position.epoch, read_position.sequence)");
  bind_both(upsert, person, conversation);
  bind_position(upsert, 3, position);
  bind_time(upsert, 5, now);
  execute(upsert);
}

void put_mute(SqliteTransaction& transaction, const Uuid& person, const Uuid& conversation, const Mute& mute) {
  auto& upsert = transaction.statement(
      "INSERT INTO mute (conversation_id, person_id, until) VALUES (?, ?, ?)"
      " ON CONFLICT (conversation_id, person_id) DO UPDATE SET until = excluded.until");
  bind_both(upsert, person, conversation);
  if (mute.until) bind_time(upsert, 3, *mute.until);
  execute(upsert);
}

void remove_mute(SqliteTransaction& transaction, const Uuid& person, const Uuid& conversation) {
  auto& remove = transaction.statement("DELETE FROM mute WHERE conversation_id = ? AND person_id = ?");
  bind_both(remove, person, conversation);
  execute(remove);
}

}  // namespace fanfare::workers::store
