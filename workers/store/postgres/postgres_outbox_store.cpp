#include "workers/store/postgres/postgres_outbox_store.hpp"

#include "workers/store/postgres/postgres_rows.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

ChangeKind kind_in(const std::string& text) {
  if (text == "person_changed") return ChangeKind::kPersonChanged;
  return text == "conversation_changed" ? ChangeKind::kConversationChanged : ChangeKind::kConversationAdded;
}

Uuid id_or_nil_in(const pqxx::field& field) { return field.is_null() ? Uuid{} : id_in(field); }

}  // namespace

Result<std::vector<OutboxRow>> PostgresOutboxStore::pending(std::size_t limit) {
  return session_.read([&](PostgresTransaction& transaction) -> Result<std::vector<OutboxRow>> {
    const auto found = transaction.execute(
        "SELECT change, message_id, kind, person_id, conversation_id FROM outbox ORDER BY change LIMIT $1", limit);
    std::vector<OutboxRow> rows;
    for (const auto& row : found) {
      rows.push_back(
          {count_in(row[0]), id_in(row[1]), kind_in(text_in(row[2])), id_or_nil_in(row[3]), id_or_nil_in(row[4])});
    }
    return rows;
  });
}

Result<bool> PostgresOutboxStore::claim(const std::string& holder, common::TimePoint now,
                                        common::TimePoint expires_at) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<bool> {
    return transaction
               .execute("UPDATE outbox_lease SET holder = $1, expires_at = $2 WHERE holder = $1 OR expires_at <= $3",
                        holder, expires_at, now)
               .affected_rows() == 1;
  });
}

Result<void> PostgresOutboxStore::release(const std::string& holder) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<void> {
    transaction.execute("UPDATE outbox_lease SET expires_at = 0 WHERE holder = $1", holder);
    return {};
  });
}

Result<void> PostgresOutboxStore::remove(std::uint64_t up_to) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<void> {
    transaction.execute("DELETE FROM outbox WHERE change <= $1", up_to);
    return {};
  });
}

}  // namespace fanfare::workers::store
