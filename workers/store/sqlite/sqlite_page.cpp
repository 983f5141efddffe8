#include "workers/store/sqlite/sqlite_page.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "workers/store/sqlite/sqlite_message_rows.hpp"
#include "workers/store/sqlite/sqlite_rows.hpp"

namespace fanfare::workers::store {
namespace {

using Messages = std::vector<HistoryMessage>;

const std::string kPageRows = std::string("SELECT ") + kSqliteMessageColumns +
                              "FROM message m LEFT JOIN person_view p ON p.id = m.author_id "
                              "WHERE m.conversation_id = ?1 ";
const std::string kOlderRows =
    kPageRows + "AND (m.epoch, m.sequence) < (?3, ?4) ORDER BY m.epoch DESC, m.sequence DESC LIMIT ?2";
const std::string kNewerRows = kPageRows + "AND (m.epoch, m.sequence) > (?3, ?4) ORDER BY m.epoch, m.sequence LIMIT ?2";

/// Beyond all.
Position end_of_time() {
  Position position;
  position.epoch.bytes.fill(0xFF);
  position.sequence = std::numeric_limits<std::int64_t>::max();
  return position;
}

Position behind(Position position) {
  ++position.sequence;
  return position;
}

Messages read_rows(SqliteTransaction& transaction, const std::string& sql, const Uuid& conversation,
                   const Position& from, std::size_t count) {
  auto& rows = transaction.statement(sql);
  bind_id(rows, 1, conversation);
  bind_count(rows, 2, count);
  bind_position(rows, 3, from);
  Messages messages;
  while (rows.executeStep()) messages.push_back(message_at(rows));
  return messages;
}

/// One more than asked for was read, if there are more.
bool cut_off(std::size_t count, Messages& messages) {
  if (messages.size() <= count) return false;
  messages.resize(count);
  return true;
}

void read_around(SqliteTransaction& transaction, const HistoryQuery& query, HistoryPage& page) {
  const std::size_t newer = query.limit / 2;
  const std::size_t older = query.limit - newer;
  Messages messages = read_rows(transaction, kNewerRows, query.conversation, *query.around, newer + 1);
  page.has_newer = cut_off(newer, messages);
  std::ranges::reverse(messages);
  page.messages = read_rows(transaction, kOlderRows, query.conversation, behind(*query.around), older + 1);
  page.has_more = cut_off(older, page.messages);
  page.messages.insert(page.messages.begin(), std::move_iterator(messages.begin()), std::move_iterator(messages.end()));
}

bool is_member(SqliteTransaction& transaction, const Uuid& conversation, const Uuid& person) {
  auto& query = transaction.statement("SELECT 1 FROM member_view WHERE conversation_id = ? AND person_id = ?");
  bind_id(query, 1, conversation);
  bind_id(query, 2, person);
  return query.executeStep();
}

std::optional<Position> read_reached(SqliteTransaction& transaction, const Uuid& conversation) {
  auto& query = transaction.statement("SELECT epoch, sequence FROM conversation_progress WHERE conversation_id = ?");
  bind_id(query, 1, conversation);
  if (!query.executeStep()) return std::nullopt;
  return position_at(query, 0);
}

std::optional<Position> position_of(SqliteTransaction& transaction, const ChatMessage& message) {
  auto& query = transaction.statement(
      "SELECT epoch, sequence FROM message WHERE conversation_id = ? AND author_id = ? AND id = ?");
  bind_id(query, 1, message.conversation);
  bind_id(query, 2, message.author);
  bind_id(query, 3, message.id);
  if (!query.executeStep()) return std::nullopt;
  return position_at(query, 0);
}

HistoryMessage with_author(SqliteTransaction& transaction, const ChatMessage& message) {
  auto& query = transaction.statement("SELECT username, display_name FROM person_view WHERE id = ?");
  bind_id(query, 1, message.author);
  if (!query.executeStep()) return {message, {}, {}};
  return {message, query.getColumn(0).getString(), query.getColumn(1).getString()};
}

}  // namespace

std::optional<HistoryPage> read_page(SqliteTransaction& transaction, const HistoryQuery& query) {
  if (!is_member(transaction, query.conversation, query.reader)) return std::nullopt;
  std::optional<HistoryPage> result(std::in_place);
  result->reached = read_reached(transaction, query.conversation);
  if (query.around) {
    read_around(transaction, query, *result);
    return result;
  }
  const std::size_t count = query.limit + 1;
  result->messages =
      query.after ? read_rows(transaction, kNewerRows, query.conversation, *query.after, count)
                  : read_rows(transaction, kOlderRows, query.conversation, query.before.value_or(end_of_time()), count);
  result->has_more = cut_off(query.limit, result->messages);
  return result;
}

std::vector<HistoryMessage> preview_messages(SqliteTransaction& transaction, std::span<const ChatMessage> messages) {
  std::vector<HistoryMessage> shown;
  std::set<std::tuple<Uuid, Uuid, Uuid>> met;
  for (const ChatMessage& message : messages) {
    if (!met.emplace(message.conversation, message.author, message.id).second) continue;
    if (position_of(transaction, message).value_or(message.position) != message.position) continue;
    shown.push_back(with_author(transaction, message));
  }
  return shown;
}

}  // namespace fanfare::workers::store
