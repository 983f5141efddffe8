#pragma once
// One batch of records, inside the transaction that stores it. A conversation stops at a message that is refused:
// nothing behind it is stored or counts as read. Lives as long as the transaction; the connection's thread.

#include <span>
#include <unordered_map>
#include <unordered_set>

#include "workers/store/message_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

class SqliteAppend {
 public:
  explicit SqliteAppend(SqliteTransaction& transaction) : transaction_(transaction) {}

  [[nodiscard]] Appended run(std::span<const ConversationRecord> records);

 private:
  void add(std::size_t index, const ConversationRecord& record);

  SqliteTransaction& transaction_;
  Appended appended_;
  std::unordered_map<Uuid, Position> reached_;
  std::unordered_set<Uuid> stopped_;
};

}  // namespace fanfare::workers::store
