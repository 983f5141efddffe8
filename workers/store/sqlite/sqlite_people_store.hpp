#pragma once
// PeopleStore over SQLite. Borrows the connection of its thread.

#include "workers/store/people_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {

class SqlitePeopleStore final : public PeopleStore {
 public:
  explicit SqlitePeopleStore(SqliteConnection& connection) : connection_(connection) {}

  runtime::Result<bool> add(const NewPerson& person, const NewSession& session) override;
  runtime::Result<bool> is_taken(const std::string& username_key, const std::string& username_skeleton) override;
  runtime::Result<std::optional<Credentials>> credentials(const std::string& username_key) override;
  runtime::Result<std::optional<Profile>> find(const Uuid& id) override;
  runtime::Result<std::vector<Person>> search(const std::string& prefix, const Uuid& except,
                                              std::size_t limit) override;

 private:
  SqliteConnection& connection_;
};

}  // namespace fanfare::workers::store
