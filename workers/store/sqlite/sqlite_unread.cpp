#include "workers/store/sqlite/sqlite_unread.hpp"

#include <SQLiteCpp/Column.h>

#include <algorithm>
#include <optional>

#include "workers/store/sqlite/sqlite_message_rows.hpp"
#include "workers/store/sqlite/sqlite_rows.hpp"

namespace fanfare::workers::store {
namespace {

/// Before all messages where nothing was read; nothing if the reader is no member.
std::optional<Position> read_by(SqliteTransaction& transaction, const Uuid& reader, const Uuid& conversation) {
  auto& query = transaction.statement(
      "SELECT r.epoch, r.sequence FROM member_view m LEFT JOIN read_view r ON r.conversation_id = m.conversation_id"
      " AND r.person_id = m.person_id WHERE m.conversation_id = ? AND m.person_id = ?");
  bind_id(query, 1, conversation);
  bind_id(query, 2, reader);
  if (!query.executeStep()) return std::nullopt;
  return query.isColumnNull(0) ? Position{} : position_at(query, 0);
}

Unread count_behind(SqliteTransaction& transaction, const UnreadQuery& query, const Uuid& conversation,
                    const Position& read) {
  auto& rows = transaction.statement(
      "SELECT author_id = ? FROM message WHERE conversation_id = ? AND (epoch, sequence) > (?, ?)"
      " ORDER BY epoch DESC, sequence DESC LIMIT ?");
  bind_id(rows, 1, query.reader);
  bind_id(rows, 2, conversation);
  bind_position(rows, 3, read);
  bind_count(rows, 5, query.limit + 1);
  std::size_t count = 0;
  while (rows.executeStep() && count_at(rows, 0) == 0) ++count;
  return {conversation, std::min(count, query.limit), count > query.limit};
}

}  // namespace

std::vector<Unread> count_unread(SqliteTransaction& transaction, const UnreadQuery& query) {
  std::vector<Unread> unread;
  for (const Uuid& conversation : query.conversations) {
    const auto read = read_by(transaction, query.reader, conversation);
    if (read) unread.push_back(count_behind(transaction, query, conversation, *read));
  }
  return unread;
}

}  // namespace fanfare::workers::store
