#pragma once
// How messages stand in PostgreSQL's rows. Pure functions; any thread.

#include <pqxx/result>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workers/store/message_store.hpp"

namespace fanfare::workers::store {

/// Of `message m`, joined with `person_view p`: what read_message() reads.
inline constexpr const char* kMessageColumns =
    "m.id, m.conversation_id, m.author_id, m.client_id, m.text, m.epoch, m.sequence, m.sent_at,"
    " coalesce(p.username, ''), coalesce(p.display_name, '')";

[[nodiscard]] HistoryMessage read_message(const pqxx::row& row);

/// Of the columns epoch and sequence from `first` on.
[[nodiscard]] Position position_in(const pqxx::row& row, int first);

/// What the column `words` holds, as the text of a tsvector: the words with their places, and the conversation.
[[nodiscard]] std::string to_word_vector(const Uuid& conversation, std::string_view text);

/// As the text of a tsquery: all words, the last one as a beginning. Empty: there are none.
[[nodiscard]] std::string to_word_query(std::string_view text);

/// As the text of a tsquery: any of them.
[[nodiscard]] std::string to_conversation_query(std::span<const Uuid> conversations);

}  // namespace fanfare::workers::store
