#include "workers/store/postgres/postgres_message_rows.hpp"

#include "workers/store/postgres/postgres_values.hpp"
#include "workers/store/text/search_words.hpp"

namespace fanfare::workers::store {
namespace {

/// No word has an equals sign in it. Words need no escapes: they are letters, digits and marks.
void add_conversation(std::string& text, const Uuid& conversation) {
  text.append("'=").append(conversation.to_string()).append("'");
}

}  // namespace

HistoryMessage read_message(const pqxx::row& row) {
  return {{.id = id_in(row[0]),
           .conversation = id_in(row[1]),
           .author = id_in(row[2]),
           .client_id = text_in(row[3]),
           .text = text_in(row[4]),
           .position = position_in(row, 5),
           .sent_at = time_in(row[7])},
          text_in(row[8]),
          text_in(row[9])};
}

Position position_in(const pqxx::row& row, int first) { return {id_in(row[first]), count_in(row[first + 1])}; }

std::string to_word_vector(const Uuid& conversation, std::string_view text) {
  std::string vector;
  add_conversation(vector, conversation);
  std::size_t place = 0;
  for (const SearchWord& word : search_words(text)) {
    vector.append(" '").append(word.folded).append("':").append(std::to_string(++place));
  }
  return vector;
}

std::string to_word_query(std::string_view text) {
  std::string query;
  for (const SearchWord& word : search_words(text)) {
    query.append(query.empty() ? "'" : " & '").append(word.folded).append("'");
  }
  return query.empty() ? query : query + ":*";
}

std::string to_conversation_query(std::span<const Uuid> conversations) {
  std::string query;
  for (const Uuid& conversation : conversations) {
    if (!query.empty()) query += " | ";
    add_conversation(query, conversation);
  }
  return query;
}

}  // namespace fanfare::workers::store
