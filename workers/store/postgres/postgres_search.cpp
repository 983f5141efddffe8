#include "workers/store/postgres/postgres_search.hpp"

#include <utility>
#include <vector>

#include "workers/store/postgres/postgres_message_rows.hpp"
#include "workers/store/text/excerpt.hpp"

namespace fanfare::workers::store {
namespace {

/// With more of them they are no part of the query of words, only compared.
constexpr std::size_t kMostInQuery = 500;

const std::string kFind =
    std::string("SELECT ") + kMessageColumns +
    " FROM (SELECT *, ts_rank_cd(words, $3::tsquery) AS rank FROM message"
    "   WHERE words @@ $1::tsquery AND conversation_id = ANY($2::uuid[])"
    "   ORDER BY rank DESC, epoch DESC, sequence DESC OFFSET $4 LIMIT $5) m"
    " LEFT JOIN person_view p ON p.id = m.author_id ORDER BY m.rank DESC, m.epoch DESC, m.sequence DESC";

std::vector<Uuid> read_conversations(PostgresTransaction& transaction, const SearchQuery& query) {
  std::vector<Uuid> conversations;
  const auto rows = transaction.execute(
      "SELECT conversation_id FROM member_view WHERE person_id = $1 AND conversation_id = coalesce($2, "
      "conversation_id)",
      query.reader, query.conversation);
  for (const auto& row : rows) conversations.push_back(id_in(row[0]));
  return conversations;
}

}  // namespace

SearchPage search_messages(PostgresTransaction& transaction, const SearchQuery& query) {
  SearchPage page;
  const std::string words = to_word_query(query.text);
  if (words.empty()) return page;
  const std::vector<Uuid> conversations = read_conversations(transaction, query);
  if (conversations.empty()) return page;
  std::string looked_for = words;
  if (conversations.size() <= kMostInQuery) {
    looked_for += " & (" + to_conversation_query(conversations) + ")";
  }
  const auto rows = transaction.execute(kFind, looked_for, conversations, words, query.offset, query.limit + 1);
  for (const auto& row : rows) {
    if (page.found.size() == query.limit) {
      page.has_more = true;
      break;
    }
    FoundMessage& found = page.found.emplace_back();
    found.message = read_message(row);
    found.excerpt = make_excerpt(found.message.message.text, query.text);
  }
  return page;
}

}  // namespace fanfare::workers::store
