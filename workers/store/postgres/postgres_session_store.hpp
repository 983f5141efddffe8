#pragma once
// SessionStore over PostgreSQL. Borrows the session of its thread.

#include "workers/store/postgres/postgres_session.hpp"
#include "workers/store/session_store.hpp"

namespace fanfare::workers::store {

class PostgresSessionStore final : public SessionStore {
 public:
  explicit PostgresSessionStore(PostgresSession& session) : session_(session) {}

  runtime::Result<void> begin(const NewSession& session) override;
  runtime::Result<std::optional<Renewed>> renew(const TokenHash& shown, const Renewal& renewal,
                                                const TokenRule& rule) override;
  runtime::Result<void> end(const TokenHash& token, common::TimePoint now) override;
  runtime::Result<std::uint64_t> sweep(common::TimePoint now, std::uint64_t limit) override;

 private:
  PostgresSession& session_;
};

}  // namespace fanfare::workers::store
