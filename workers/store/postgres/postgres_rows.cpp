#include "workers/store/postgres/postgres_rows.hpp"

#include <pqxx/row>

#include "workers/common/new_id.hpp"

namespace fanfare::workers::store {
namespace {

const char* kind_text(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kPersonChanged:
      return "person_changed";
    case ChangeKind::kConversationChanged:
      return "conversation_changed";
    case ChangeKind::kConversationAdded:
      break;
  }
  return "conversation_added";
}

}  // namespace

Person person_in(const pqxx::row& row, pqxx::row::size_type first) {
  return {id_in(row[first]), text_in(row[first + 1]), text_in(row[first + 2])};
}

Profile profile_in(const pqxx::row& row, pqxx::row::size_type first) {
  return {person_in(row, first), optional_text_in(row[first + 3]), time_in(row[first + 4])};
}

void insert_session(PostgresTransaction& transaction, const NewSession& session) {
  transaction.execute(
      "INSERT INTO session (id, person_id, generation, rotated_at, expires_at) VALUES ($1, $2, 1, $3, $4)", session.id,
      session.person, session.now, session.expires_at);
  transaction.execute("INSERT INTO refresh_token (hash, session_id, generation) VALUES ($1, $2, 1)", session.token,
                      session.id);
}

void insert_changes(PostgresTransaction& transaction, ChangeKind kind, const std::vector<Uuid>& people,
                    const Uuid& conversation) {
  const auto now = common::wall_clock();
  std::vector<Uuid> messages;
  for (std::size_t i = 0; i < people.size(); ++i) messages.push_back(common::new_id(now));
  // One round trip for however many: all other writers wait for it.
  transaction.execute(
      "WITH counted AS ("
      " UPDATE change_counter SET change = change + cardinality($2::uuid[])"
      " RETURNING change - cardinality($2::uuid[]) AS before)"
      " INSERT INTO outbox (change, message_id, kind, person_id, conversation_id)"
      " SELECT before + place, message_id, $1, NULLIF(person_id, $5::uuid), NULLIF($4::uuid, $5::uuid)"
      " FROM counted, unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS told (message_id, person_id, place)",
      kind_text(kind), messages, people, conversation, Uuid{});
}

}  // namespace fanfare::workers::store
