#include "workers/store/postgres/postgres_conversation_store.hpp"

#include "workers/store/postgres/postgres_conversation_rows.hpp"
#include "workers/store/postgres/postgres_reading.hpp"
#include "workers/store/postgres/postgres_rows.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

std::vector<Uuid> everybody_in(const NewConversation& conversation) {
  std::vector<Uuid> people = {conversation.founder};
  people.insert(people.end(), conversation.others.begin(), conversation.others.end());
  return people;
}

std::vector<Uuid> read_page_ids(PostgresTransaction& transaction, const Uuid& person, const std::optional<Uuid>& after,
                                std::size_t limit) {
  // Ids sort by the time they were made.
  const auto rows = transaction.execute(
      "SELECT conversation_id FROM member WHERE person_id = $1"
      " AND conversation_id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')"
      " ORDER BY conversation_id DESC LIMIT $3",
      person, after, limit);
  std::vector<Uuid> ids;
  for (const auto& row : rows) ids.push_back(id_in(row[0]));
  return ids;
}

}  // namespace

Result<std::optional<CreatedConversation>> PostgresConversationStore::create(const NewConversation& conversation) {
  using Outcome = Result<std::optional<CreatedConversation>>;
  return session_.write([&](PostgresTransaction& transaction) -> Outcome {
    const auto found = [&](const Uuid& id, bool created) {
      return std::optional(CreatedConversation{
          read_conversations(transaction, {id}, conversation.founder, conversation.created_at).at(0), created});
    };
    const std::vector<Uuid> people = everybody_in(conversation);
    if (!all_exist(transaction, people)) return std::optional<CreatedConversation>();
    if (conversation.kind == ConversationKind::kDirect) {
      const auto known = find_direct(transaction, conversation.founder, conversation.others.front());
      if (known) return found(*known, false);
    }
    insert_conversation(transaction, conversation);
    // Who may read it has changed, and everybody in it hears that it is there.
    insert_changes(transaction, ChangeKind::kConversationChanged, {Uuid{}}, conversation.id);
    insert_changes(transaction, ChangeKind::kConversationAdded, people, conversation.id);
    return found(conversation.id, true);
  });
}

Result<ConversationPage> PostgresConversationStore::list(const Uuid& person, const std::optional<Uuid>& after,
                                                         std::size_t limit, common::TimePoint now) {
  return session_.read([&](PostgresTransaction& transaction) -> Result<ConversationPage> {
    std::vector<Uuid> ids = read_page_ids(transaction, person, after, limit + 1);
    ConversationPage page{.conversations = {}, .has_more = ids.size() > limit};
    if (page.has_more) ids.pop_back();
    if (!ids.empty()) page.conversations = read_conversations(transaction, ids, person, now);
    return page;
  });
}

Result<std::optional<MemberPage>> PostgresConversationStore::members(const Uuid& person, const Uuid& conversation,
                                                                     std::optional<std::uint64_t> after,
                                                                     std::size_t limit) {
  return session_.read([&](PostgresTransaction& transaction) -> Result<std::optional<MemberPage>> {
    if (!find_role(transaction, person, conversation)) return std::optional<MemberPage>();
    const auto rows = transaction.execute(
        "SELECT id, username, display_name, role, position FROM member JOIN person ON id = person_id"
        " WHERE conversation_id = $1 AND position > $2 ORDER BY position LIMIT $3",
        conversation, after ? static_cast<std::int64_t>(*after) : std::int64_t{-1}, limit + 1);
    MemberPage page;
    std::uint64_t last = 0;
    for (const auto& row : rows) {
      if (page.members.size() == limit) {
        page.next = last;
        break;
      }
      page.members.push_back({person_in(row, 0), text_in(row[3]) == "owner" ? Role::kOwner : Role::kMember});
      last = count_in(row[4]);
    }
    return std::optional(page);
  });
}

Result<Access> PostgresConversationStore::access(const Uuid& person, const Uuid& conversation) {
  return session_.read([&](PostgresTransaction& transaction) -> Result<Access> {
    const std::uint64_t change = count_in(transaction.execute("SELECT change FROM change_counter").at(0).at(0));
    return Access{find_role(transaction, person, conversation), change};
  });
}

Result<std::optional<Position>> PostgresConversationStore::read(const Uuid& person, const Uuid& conversation,
                                                                const Position& position, common::TimePoint now) {
  return reading_.write([&](PostgresTransaction& transaction) -> Result<std::optional<Position>> {
    return move_read(transaction, person, conversation, position, now);
  });
}

Result<bool> PostgresConversationStore::mute(const Uuid& person, const Uuid& conversation, const Mute& mute) {
  return reading_.write([&](PostgresTransaction& transaction) -> Result<bool> {
    return put_mute(transaction, person, conversation, mute);
  });
}

Result<bool> PostgresConversationStore::unmute(const Uuid& person, const Uuid& conversation) {
  return reading_.write([&](PostgresTransaction& transaction) -> Result<bool> {
    if (!find_role(transaction, person, conversation)) return false;
    transaction.execute("DELETE FROM mute WHERE conversation_id = $1 AND person_id = $2", conversation, person);
    return true;
  });
}

}  // namespace fanfare::workers::store
