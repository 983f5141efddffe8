#pragma once
// OnceStore over PostgreSQL. Borrows the session of its thread.

#include "workers/store/once_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {

class PostgresOnceStore final : public OnceStore {
 public:
  explicit PostgresOnceStore(PostgresSession& session) : session_(session) {}

  runtime::Result<OnceOutcome> once(const OnceRequest& request, const Change& change) override;
  runtime::Result<std::uint64_t> sweep(common::TimePoint forget_before, std::uint64_t limit) override;

 private:
  PostgresSession& session_;
};

}  // namespace fanfare::workers::store
