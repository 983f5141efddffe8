#include "workers/store/sqlite/sqlite_outbox_store.hpp"

#include <SQLiteCpp/Column.h>

#include "workers/store/sqlite/sqlite_rows.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

ChangeKind kind_of(const std::string& text) {
  if (text == "person_changed") return ChangeKind::kPersonChanged;
  return text == "conversation_changed" ? ChangeKind::kConversationChanged : ChangeKind::kConversationAdded;
}

}  // namespace

Result<std::vector<OutboxRow>> SqliteOutboxStore::pending(std::size_t limit) {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<std::vector<OutboxRow>> {
    auto& select = transaction.statement(
        "SELECT change, message_id, kind, person_id, conversation_id FROM outbox ORDER BY change LIMIT ?");
    bind_count(select, 1, limit);
    std::vector<OutboxRow> rows;
    while (select.executeStep()) {
      rows.push_back({count_at(select, 0), id_at(select, 1), kind_of(select.getColumn(2).getString()), id_at(select, 3),
                      id_at(select, 4)});
    }
    return rows;
  });
}

Result<bool> SqliteOutboxStore::claim(const std::string& holder, common::TimePoint now, common::TimePoint expires_at) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<bool> {
    auto& select = transaction.statement("SELECT 1 FROM outbox_lease WHERE holder = ? OR expires_at <= ?");
    select.bind(1, holder);
    bind_time(select, 2, now);
    if (!select.executeStep()) return false;
    auto& update = transaction.statement("UPDATE outbox_lease SET holder = ?, expires_at = ?");
    update.bind(1, holder);
    bind_time(update, 2, expires_at);
    execute(update);
    return true;
  });
}

Result<void> SqliteOutboxStore::release(const std::string& holder) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<void> {
    auto& update = transaction.statement("UPDATE outbox_lease SET expires_at = 0 WHERE holder = ?");
    update.bind(1, holder);
    execute(update);
    return {};
  });
}

Result<void> SqliteOutboxStore::remove(std::uint64_t up_to) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<void> {
    auto& erase = transaction.statement("DELETE FROM outbox WHERE change <= ?");
    bind_count(erase, 1, up_to);
    execute(erase);
    return {};
  });
}

}  // namespace fanfare::workers::store
