#pragma once
// ConversationStore over SQLite. Borrows the connection of its thread.

#include "workers/store/conversation_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

class SqliteConversationStore final : public ConversationStore {
 public:
  explicit SqliteConversationStore(SqliteConnection& connection) : connection_(connection) {}

  runtime::Result<std::optional<CreatedConversation>> create(const NewConversation& conversation) override;
  runtime::Result<ConversationPage> list(const Uuid& person, const std::optional<Uuid>& after, std::size_t limit,
                                         common::TimePoint now) override;
  runtime::Result<std::optional<MemberPage>> members(const Uuid& person, const Uuid& conversation,
                                                     std::optional<std::uint64_t> after, std::size_t limit) override;
  runtime::Result<Access> access(const Uuid& person, const Uuid& conversation) override;
  runtime::Result<std::optional<Position>> read(const Uuid& person, const Uuid& conversation, const Position& position,
                                                common::TimePoint now) override;
  runtime::Result<bool> mute(const Uuid& person, const Uuid& conversation, const Mute& mute) override;
  runtime::Result<bool> unmute(const Uuid& person, const Uuid& conversation) override;

 private:
  SqliteConnection& connection_;
};

}  // namespace fanfare::workers::store
