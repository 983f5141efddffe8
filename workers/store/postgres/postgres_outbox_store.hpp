#pragma once
// OutboxStore over PostgreSQL. Borrows the session of its thread.

#include "workers/store/outbox_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {

class PostgresOutboxStore final : public OutboxStore {
 public:
  explicit PostgresOutboxStore(PostgresSession& session) : session_(session) {}

  runtime::Result<std::vector<OutboxRow>> pending(std::size_t limit) override;
  runtime::Result<bool> claim(const std::string& holder, common::TimePoint now, common::TimePoint expires_at) override;
  runtime::Result<void> release(const std::string& holder) override;
  runtime::Result<void> remove(std::uint64_t up_to) override;

 private:
  PostgresSession& session_;
};

}  // namespace fanfare::workers::store
