#pragma once
// What SQL can call of this program: search_words(text), the text's folded words with spaces between them. On each
// connection; its thread.

#include <SQLiteCpp/Database.h>

namespace fanfare::workers::store {

void add_functions(SQLite::Database& database);

}  // namespace fanfare::workers::store
