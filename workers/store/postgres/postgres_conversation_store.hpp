#pragma once
// ConversationStore over PostgreSQL. Borrows the sessions of its thread.

#include "workers/store/conversation_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {

class PostgresConversationStore final : public ConversationStore {
 public:
  /// `reading` is for what people have read and mute: it needs no turn, and may be written twice.
  PostgresConversationStore(PostgresSession& session, PostgresSession& reading)
      : session_(session), reading_(reading) {}

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
  PostgresSession& session_;
  PostgresSession& reading_;
};

}  // namespace fanfare::workers::store
