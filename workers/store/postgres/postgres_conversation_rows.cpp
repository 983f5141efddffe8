#include "workers/store/postgres/postgres_conversation_rows.hpp"

#include <algorithm>

#include "workers/store/postgres/postgres_message_rows.hpp"
#include "workers/store/postgres/postgres_rows.hpp"

namespace fanfare::workers::store {
namespace {

constexpr int kPreview = 3;

void insert_members(PostgresTransaction& transaction, const NewConversation& conversation) {
  std::vector<Uuid> people = {conversation.founder};
  people.insert(people.end(), conversation.others.begin(), conversation.others.end());
  const bool has_owner = conversation.kind == ConversationKind::kRoom;
  transaction.execute(
      "INSERT INTO member (conversation_id, person_id, position, role)"
      " SELECT $1::uuid, person_id, place - 1, CASE WHEN place = 1 THEN $3 ELSE 'member' END"
      " FROM unnest($2::uuid[]) WITH ORDINALITY AS coming (person_id, place)",
      conversation.id, people, has_owner ? "owner" : "member");
}

void insert_pair(PostgresTransaction& transaction, const NewConversation& conversation) {
  const auto [low, high] = std::minmax(conversation.founder, conversation.others.front());
  transaction.execute("INSERT INTO direct_pair (low_person_id, high_person_id, conversation_id) VALUES ($1, $2, $3)",
                      low, high, conversation.id);
}

/// Puts the first members of each into `conversations`, which are those of `ids`.
void read_previews(PostgresTransaction& transaction, const std::vector<Uuid>& ids,
                   std::vector<Conversation>& conversations) {
  const auto rows = transaction.execute(
      "SELECT wanted_id, id, username, display_name"
      " FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (wanted_id, place)"
      " CROSS JOIN LATERAL (SELECT person_id, position FROM member WHERE conversation_id = wanted_id"
      "  ORDER BY position LIMIT $2) AS first_one"
      " JOIN person ON id = person_id ORDER BY place, position",
      ids, kPreview);
  auto conversation = conversations.begin();
  for (const auto& row : rows) {
    const Uuid id = id_in(row[0]);
    while (conversation != conversations.end() && conversation->id != id) ++conversation;
    if (conversation == conversations.end()) return;
    conversation->members.push_back(person_in(row, 1));
  }
}

}  // namespace

bool all_exist(PostgresTransaction& transaction, const std::vector<Uuid>& people) {
  return transaction
      .execute(
          "SELECT 1 FROM unnest($1::uuid[]) AS wanted (wanted_id)"
          " WHERE NOT EXISTS (SELECT 1 FROM person WHERE id = wanted_id) LIMIT 1",
          people)
      .empty();
}

std::optional<Uuid> find_direct(PostgresTransaction& transaction, const Uuid& one, const Uuid& other) {
  const auto [low, high] = std::minmax(one, other);
  const auto rows = transaction.execute(
      "SELECT conversation_id FROM direct_pair WHERE low_person_id = $1 AND high_person_id = $2", low, high);
  if (rows.empty()) return std::nullopt;
  return id_in(rows[0][0]);
}

std::optional<Role> find_role(PostgresTransaction& transaction, const Uuid& person, const Uuid& conversation) {
  const auto rows = transaction.execute("SELECT role FROM member WHERE conversation_id = $1 AND person_id = $2",
                                        conversation, person);
  if (rows.empty()) return std::nullopt;
  return text_in(rows[0][0]) == "owner" ? Role::kOwner : Role::kMember;
}

std::vector<Conversation> read_conversations(PostgresTransaction& transaction, const std::vector<Uuid>& ids,
                                             const Uuid& person, common::TimePoint now) {
  const auto rows = transaction.execute(
      "SELECT id, kind, title, created_at, (SELECT count(*) FROM member WHERE conversation_id = conversation.id),"
      " r.epoch, r.sequence, m.conversation_id, m.until"
      " FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (wanted_id, place)"
      " JOIN conversation ON id = wanted_id"
      " LEFT JOIN read_position r ON r.conversation_id = id AND r.person_id = $2"
      " LEFT JOIN mute m ON m.conversation_id = id AND m.person_id = $2 AND (m.until IS NULL OR m.until > $3)"
      " ORDER BY place",
      ids, person, now);
  std::vector<Conversation> conversations;
  for (const auto& row : rows) {
    const bool is_room = text_in(row[1]) == "room";
    conversations.push_back({.id = id_in(row[0]),
                             .kind = is_room ? ConversationKind::kRoom : ConversationKind::kDirect,
                             .title = optional_text_in(row[2]),
                             .created_at = time_in(row[3]),
                             .member_count = count_in(row[4]),
                             .members = {}});
    if (!row[5].is_null()) conversations.back().read = position_in(row, 5);
    if (!row[7].is_null()) conversations.back().muted = Mute{optional_time_in(row[8])};
  }
  read_previews(transaction, ids, conversations);
  return conversations;
}

void insert_conversation(PostgresTransaction& transaction, const NewConversation& conversation) {
  const bool is_room = conversation.kind == ConversationKind::kRoom;
  transaction.execute("INSERT INTO conversation (id, kind, title, created_at) VALUES ($1, $2, $3, $4)", conversation.id,
                      is_room ? "room" : "direct", conversation.title, conversation.created_at);
  insert_members(transaction, conversation);
  if (!is_room) insert_pair(transaction, conversation);
}

}  // namespace fanfare::workers::store
