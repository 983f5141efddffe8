#include "workers/store/sqlite/sqlite_search.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "workers/store/sqlite/sqlite_message_rows.hpp"
#include "workers/store/sqlite/sqlite_rows.hpp"
#include "workers/store/text/excerpt.hpp"
#include "workers/store/text/search_words.hpp"

namespace fanfare::workers::store {
namespace {

/// With more of them they are no part of the query of words, only compared.
constexpr std::size_t kMostInQuery = 500;

// The conversation counts nothing.
const std::string kFoundRows =
    std::string("SELECT ") + kSqliteMessageColumns +
    "FROM message_word JOIN message m ON m.number = message_word.rowid "
    "LEFT JOIN person_view p ON p.id = m.author_id "
    "WHERE message_word MATCH ?1 "
    "AND m.conversation_id IN (SELECT conversation_id FROM member_view WHERE person_id = ?2) "
    "AND m.conversation_id = coalesce(?3, m.conversation_id) "
    "ORDER BY bm25(message_word, 0.0, 1.0), m.epoch DESC, m.sequence DESC LIMIT ?4 OFFSET ?5";

std::vector<std::string> read_conversations(SqliteTransaction& transaction, const SearchQuery& query) {
  auto& rows = transaction.statement(
      "SELECT replace(conversation_id, '-', '') FROM member_view "
      "WHERE person_id = ?1 AND conversation_id = coalesce(?2, conversation_id)");
  bind_id(rows, 1, query.reader);
  if (query.conversation) bind_id(rows, 2, *query.conversation);
  std::vector<std::string> conversations;
  while (rows.executeStep()) conversations.push_back(rows.getColumn(0).getString());
  return conversations;
}

/// Words need no escapes: they are letters, digits and marks. Empty: there are none.
std::string words_part(std::string_view text) {
  std::string part;
  for (const SearchWord& word : search_words(text)) {
    part.append(part.empty() ? "words : (\"" : " AND \"").append(word.folded).append("\"");
  }
  return part.empty() ? part : part + " *)";
}

std::string conversations_part(const std::vector<std::string>& conversations) {
  std::string part;
  for (const std::string& conversation : conversations) {
    part.append(part.empty() ? "conversation : (\"" : " OR \"").append(conversation).append("\"");
  }
  return part + ")";
}

}  // namespace

SearchPage search_messages(SqliteTransaction& transaction, const SearchQuery& query) {
  SearchPage page;
  std::string looked_for = words_part(query.text);
  if (looked_for.empty()) return page;
  const std::vector<std::string> conversations = read_conversations(transaction, query);
  if (conversations.empty()) return page;
  if (conversations.size() <= kMostInQuery) looked_for += " AND " + conversations_part(conversations);
  auto& rows = transaction.statement(kFoundRows);
  rows.bind(1, looked_for);
  bind_id(rows, 2, query.reader);
  if (query.conversation) bind_id(rows, 3, *query.conversation);
  bind_count(rows, 4, query.limit + 1);
  bind_count(rows, 5, query.offset);
  while (rows.executeStep()) {
    if (page.found.size() == query.limit) {
      page.has_more = true;
      break;
    }
    FoundMessage& found = page.found.emplace_back();
    found.message = message_at(rows);
    found.excerpt = make_excerpt(found.message.message.text, query.text);
  }
  return page;
}

}  // namespace fanfare::workers::store
