#pragma once
// PeopleStore over PostgreSQL. Borrows the session of its thread.

#include "workers/store/people_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {

class PostgresPeopleStore final : public PeopleStore {
 public:
  explicit PostgresPeopleStore(PostgresSession& session) : session_(session) {}

  runtime::Result<bool> add(const NewPerson& person, const NewSession& session) override;
  runtime::Result<bool> is_taken(const std::string& username_key, const std::string& username_skeleton) override;
  runtime::Result<std::optional<Credentials>> credentials(const std::string& username_key) override;
  runtime::Result<std::optional<Profile>> find(const Uuid& id) override;
  runtime::Result<std::vector<Person>> search(const std::string& prefix, const Uuid& except,
                                              std::size_t limit) override;

 private:
  PostgresSession& session_;
};

}  // namespace fanfare::workers::store
