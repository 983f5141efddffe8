#include "workers/store/postgres/postgres_preview.hpp"

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "workers/store/postgres/message_months.hpp"
#include "workers/store/postgres/postgres_message_rows.hpp"

namespace fanfare::workers::store {
namespace {

/// What the index of ids of a partition tells apart.
using Key = std::tuple<Month, Uuid, Uuid, Uuid>;
using Names = std::pair<std::string, std::string>;

std::optional<Key> key_of(const ChatMessage& message) {
  const auto month = month_of(message.sent_at);
  if (!month) return std::nullopt;
  return Key{*month, message.conversation, message.author, message.id};
}

/// Where those of a month stand that are stored.
void read_positions(PostgresTransaction& transaction, const Month& month, const std::vector<const ChatMessage*>& wanted,
                    std::map<Key, Position>& positions) {
  std::vector<Uuid> conversations;
  std::vector<Uuid> authors;
  std::vector<Uuid> ids;
  for (const ChatMessage* message : wanted) {
    conversations.push_back(message->conversation);
    authors.push_back(message->author);
    ids.push_back(message->id);
  }
  const auto rows = transaction.execute(
      "SELECT m.conversation_id, m.author_id, m.id, m.epoch, m.sequence"
      " FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS wanted (conversation_id, author_id, id)"
      " JOIN message m USING (conversation_id, author_id, id) WHERE m.sent_at >= $4 AND m.sent_at < $5",
      conversations, authors, ids, month.first, month.next);
  for (const auto& row : rows) {
    positions[{month, id_in(row[0]), id_in(row[1]), id_in(row[2])}] = position_in(row, 3);
  }
}

std::map<Key, Position> read_positions(PostgresTransaction& transaction, std::span<const ChatMessage> messages) {
  std::map<Month, std::vector<const ChatMessage*>> by_month;
  for (const ChatMessage& message : messages) {
    if (const auto month = month_of(message.sent_at)) by_month[*month].push_back(&message);
  }
  std::map<Key, Position> positions;
  for (const auto& [month, wanted] : by_month) read_positions(transaction, month, wanted, positions);
  return positions;
}

std::unordered_map<Uuid, Names> read_names(PostgresTransaction& transaction, std::span<const ChatMessage> messages) {
  std::set<Uuid> authors;
  for (const ChatMessage& message : messages) authors.insert(message.author);
  std::unordered_map<Uuid, Names> names;
  const std::vector<Uuid> wanted(authors.begin(), authors.end());
  for (const auto& row :
       transaction.execute("SELECT id, username, display_name FROM person_view WHERE id = ANY($1::uuid[])", wanted)) {
    names[id_in(row[0])] = {text_in(row[1]), text_in(row[2])};
  }
  return names;
}

}  // namespace

std::vector<HistoryMessage> preview_messages(PostgresTransaction& transaction, std::span<const ChatMessage> messages) {
  if (messages.empty()) return {};
  std::map<Key, Position> positions = read_positions(transaction, messages);
  const auto names = read_names(transaction, messages);
  std::vector<HistoryMessage> shown;
  for (const ChatMessage& message : messages) {
    const auto key = key_of(message);
    if (!key || positions.try_emplace(*key, message.position).first->second != message.position) continue;
    const auto author = names.find(message.author);
    const Names known = author == names.end() ? Names() : author->second;
    shown.push_back({message, known.first, known.second});
  }
  return shown;
}

}  // namespace fanfare::workers::store
