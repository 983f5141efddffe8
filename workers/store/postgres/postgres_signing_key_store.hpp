#pragma once
// SigningKeyStore over PostgreSQL. Borrows the session of its thread.

#include "workers/store/postgres/postgres_session.hpp"
#include "workers/store/signing_key_store.hpp"

namespace fanfare::workers::store {

class PostgresSigningKeyStore final : public SigningKeyStore {
 public:
  explicit PostgresSigningKeyStore(PostgresSession& session) : session_(session) {}

  runtime::Result<std::vector<SigningKeyRow>> load_or_add(const SigningKeyRow& candidate) override;

 private:
  PostgresSession& session_;
};

}  // namespace fanfare::workers::store
