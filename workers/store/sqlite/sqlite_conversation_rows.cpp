#include "workers/store/sqlite/sqlite_conversation_rows.hpp"

#include <SQLiteCpp/Column.h>

#include <algorithm>

#include "workers/store/sqlite/sqlite_reading.hpp"
#include "workers/store/sqlite/sqlite_rows.hpp"

namespace fanfare::workers::store {
namespace {

constexpr std::uint64_t kPreview = 3;

void insert_member(SqliteTransaction& transaction, const Uuid& conversation, const Uuid& person, std::uint64_t position,
                   Role role) {
  auto& insert =
      transaction.statement("INSERT INTO member (conversation_id, person_id, position, role) VALUES (?, ?, ?, ?)");
  bind_id(insert, 1, conversation);
  bind_id(insert, 2, person);
  bind_count(insert, 3, position);
  insert.bind(4, role == Role::kOwner ? "owner" : "member");
  execute(insert);
}

void insert_pair(SqliteTransaction& transaction, const NewConversation& conversation) {
  const auto [low, high] = std::minmax(conversation.founder, conversation.others.front());
  auto& insert = transaction.statement(
      "INSERT INTO direct_pair (low_person_id, high_person_id, conversation_id) VALUES (?, ?, ?)");
  bind_id(insert, 1, low);
  bind_id(insert, 2, high);
  bind_id(insert, 3, conversation.id);
  execute(insert);
}

}  // namespace

bool person_exists(SqliteTransaction& transaction, const Uuid& person) {
  auto& select = transaction.statement("SELECT 1 FROM person WHERE id = ?");
  bind_id(select, 1, person);
  return select.executeStep();
}

std::optional<Uuid> find_direct(SqliteTransaction& transaction, const Uuid& one, const Uuid& other) {
  const auto [low, high] = std::minmax(one, other);
  auto& select =
      transaction.statement("SELECT conversation_id FROM direct_pair WHERE low_person_id = ? AND high_person_id = ?");
  bind_id(select, 1, low);
  bind_id(select, 2, high);
  if (!select.executeStep()) return std::nullopt;
  return id_at(select, 0);
}

std::optional<Role> find_role(SqliteTransaction& transaction, const Uuid& person, const Uuid& conversation) {
  auto& select = transaction.statement("SELECT role FROM member WHERE conversation_id = ? AND person_id = ?");
  bind_id(select, 1, conversation);
  bind_id(select, 2, person);
  if (!select.executeStep()) return std::nullopt;
  return select.getColumn(0).getString() == "owner" ? Role::kOwner : Role::kMember;
}

Conversation read_conversation(SqliteTransaction& transaction, const Uuid& id, const Uuid& person,
                               common::TimePoint now) {
  auto& select = transaction.statement(
      "SELECT kind, title, created_at, (SELECT count(*) FROM member WHERE conversation_id = conversation.id)"
      " FROM conversation WHERE id = ?");
  bind_id(select, 1, id);
  select.executeStep();
  Conversation conversation{.id = id, .created_at = time_at(select, 2), .member_count = count_at(select, 3)};
  const bool is_room = select.getColumn(0).getString() == "room";
  conversation.kind = is_room ? ConversationKind::kRoom : ConversationKind::kDirect;
  if (!select.isColumnNull(1)) conversation.title = select.getColumn(1).getString();

  auto& members = transaction.statement(
      "SELECT id, username, display_name FROM member JOIN person ON id = person_id"
      " WHERE conversation_id = ? ORDER BY position LIMIT ?");
  bind_id(members, 1, id);
  bind_count(members, 2, kPreview);
  while (members.executeStep()) conversation.members.push_back(person_at(members, 0));
  conversation.read = find_read(transaction, person, id);
  conversation.muted = find_mute(transaction, person, id, now);
  return conversation;
}

void insert_conversation(SqliteTransaction& transaction, const NewConversation& conversation) {
  const bool is_room = conversation.kind == ConversationKind::kRoom;
  auto& insert = transaction.statement("INSERT INTO conversation (id, kind, title, created_at) VALUES (?, ?, ?, ?)");
  bind_id(insert, 1, conversation.id);
  insert.bind(2, is_room ? "room" : "direct");
  if (conversation.title) insert.bind(3, *conversation.title);
  bind_time(insert, 4, conversation.created_at);
  execute(insert);
  std::uint64_t position = 0;
  insert_member(transaction, conversation.id, conversation.founder, position++, is_room ? Role::kOwner : Role::kMember);
  for (const Uuid& other : conversation.others) {
    insert_member(transaction, conversation.id, other, position++, Role::kMember);
  }
  if (!is_room) insert_pair(transaction, conversation);
}

}  // namespace fanfare::workers::store
