#include "workers/store/sqlite/sqlite_functions.hpp"

#include <sqlite3.h>

#include <exception>
#include <string>
#include <string_view>

#include "workers/store/text/search_words.hpp"

namespace fanfare::workers::store {
namespace {

/// No exception may pass through SQLite.
void give_search_words(sqlite3_context* context, int, sqlite3_value** values) {
  try {
    const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
    const std::string words = joined_search_words(text == nullptr ? std::string_view() : std::string_view(text, size));
    sqlite3_result_text64(context, words.data(), words.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } catch (const std::exception& failure) {
    sqlite3_result_error(context, failure.what(), -1);
  }
}

}  // namespace

void add_functions(SQLite::Database& database) {
  const int code =
      sqlite3_create_function_v2(database.getHandle(), "search_words", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                 give_search_words, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw SQLite::Exception(database.getHandle(), code);
}

}  // namespace fanfare::workers::store
