#include "workers/store/sqlite/sqlite_conversation_store.hpp"

#include <SQLiteCpp/Column.h>

#include <algorithm>

#include "workers/store/sqlite/sqlite_conversation_rows.hpp"
#include "workers/store/sqlite/sqlite_reading.hpp"
#include "workers/store/sqlite/sqlite_rows.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

/// Who may read it has changed, and everybody in it hears that it is there.
void tell_of(SqliteTransaction& transaction, const NewConversation& conversation) {
  insert_change(transaction, ChangeKind::kConversationChanged, {}, conversation.id);
  insert_change(transaction, ChangeKind::kConversationAdded, conversation.founder, conversation.id);
  for (const Uuid& person : conversation.others) {
    insert_change(transaction, ChangeKind::kConversationAdded, person, conversation.id);
  }
}

std::vector<Uuid> ids_of_page(SqliteTransaction& transaction, const Uuid& person, const std::optional<Uuid>& after,
                              std::size_t limit) {
  // Ids sort by the time they were made, and no text sorts behind a tilde.
  auto& select = transaction.statement(
      "SELECT conversation_id FROM member WHERE person_id = ? AND conversation_id < ?"
      " ORDER BY conversation_id DESC LIMIT ?");
  bind_id(select, 1, person);
  select.bind(2, after ? after->to_string() : "~");
  bind_count(select, 3, limit);
  std::vector<Uuid> ids;
  while (select.executeStep()) ids.push_back(id_at(select, 0));
  return ids;
}

}  // namespace

Result<std::optional<CreatedConversation>> SqliteConversationStore::create(const NewConversation& conversation) {
  using Outcome = Result<std::optional<CreatedConversation>>;
  return connection_.write([&](SqliteTransaction& transaction) -> Outcome {
    const auto as_seen = [&](const Uuid& id) {
      return read_conversation(transaction, id, conversation.founder, conversation.created_at);
    };
    const auto exists = [&](const Uuid& person) { return person_exists(transaction, person); };
    if (!exists(conversation.founder) || !std::ranges::all_of(conversation.others, exists)) {
      return std::optional<CreatedConversation>();
    }
    if (conversation.kind == ConversationKind::kDirect) {
      const auto known = find_direct(transaction, conversation.founder, conversation.others.front());
      if (known) return std::optional(CreatedConversation{as_seen(*known), false});
    }
    insert_conversation(transaction, conversation);
    tell_of(transaction, conversation);
    return std::optional(CreatedConversation{as_seen(conversation.id), true});
  });
}

Result<ConversationPage> SqliteConversationStore::list(const Uuid& person, const std::optional<Uuid>& after,
                                                       std::size_t limit, common::TimePoint now) {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<ConversationPage> {
    std::vector<Uuid> ids = ids_of_page(transaction, person, after, limit + 1);
    ConversationPage page{.conversations = {}, .has_more = ids.size() > limit};
    if (page.has_more) ids.pop_back();
    for (const Uuid& id : ids) page.conversations.push_back(read_conversation(transaction, id, person, now));
    return page;
  });
}

Result<std::optional<MemberPage>> SqliteConversationStore::members(const Uuid& person, const Uuid& conversation,
                                                                   std::optional<std::uint64_t> after,
                                                                   std::size_t limit) {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<std::optional<MemberPage>> {
    if (!find_role(transaction, person, conversation)) return std::optional<MemberPage>();
    auto& select = transaction.statement(
        "SELECT id, username, display_name, role, position FROM member JOIN person ON id = person_id"
        " WHERE conversation_id = ? AND position > ? ORDER BY position LIMIT ?");
    bind_id(select, 1, conversation);
    select.bind(2, after ? static_cast<std::int64_t>(*after) : std::int64_t{-1});
    bind_count(select, 3, limit + 1);
    MemberPage page;
    std::uint64_t last = 0;
    while (select.executeStep()) {
      if (page.members.size() == limit) {
        page.next = last;
        break;
      }
      const bool is_owner = select.getColumn(3).getString() == "owner";
      page.members.push_back({person_at(select, 0), is_owner ? Role::kOwner : Role::kMember});
      last = count_at(select, 4);
    }
    return std::optional(page);
  });
}

Result<Access> SqliteConversationStore::access(const Uuid& person, const Uuid& conversation) {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<Access> {
    auto& select = transaction.statement("SELECT change FROM change_counter");
    select.executeStep();
    const std::uint64_t change = count_at(select, 0);
    return Access{find_role(transaction, person, conversation), change};
  });
}

Result<std::optional<Position>> SqliteConversationStore::read(const Uuid& person, const Uuid& conversation,
                                                              const Position& position, common::TimePoint now) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<std::optional<Position>> {
    if (!find_role(transaction, person, conversation)) return std::optional<Position>();
    move_read(transaction, person, conversation, position, now);
    return find_read(transaction, person, conversation);
  });
}

Result<bool> SqliteConversationStore::mute(const Uuid& person, const Uuid& conversation, const Mute& mute) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<bool> {
    if (!find_role(transaction, person, conversation)) return false;
    put_mute(transaction, person, conversation, mute);
    return true;
  });
}

Result<bool> SqliteConversationStore::unmute(const Uuid& person, const Uuid& conversation) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<bool> {
    if (!find_role(transaction, person, conversation)) return false;
    remove_mute(transaction, person, conversation);
    return true;
  });
}

}  // namespace fanfare::workers::store
