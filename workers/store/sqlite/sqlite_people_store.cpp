#include "workers/store/sqlite/sqlite_people_store.hpp"

#include <SQLiteCpp/Column.h>

#include "workers/store/sqlite/sqlite_rows.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

/// Beyond every text that begins with the prefix: no character has a greater encoding.
std::string end_of_prefix(const std::string& prefix) { return prefix + "\xF4\x8F\xBF\xBF"; }

bool name_is_taken(SqliteTransaction& transaction, const std::string& key, const std::string& skeleton) {
  auto& select = transaction.statement("SELECT 1 FROM person WHERE username_key = ? OR username_skeleton = ?");
  select.bind(1, key);
  select.bind(2, skeleton);
  return select.executeStep();
}

void insert_person(SqliteTransaction& transaction, const NewPerson& person) {
  const Profile& profile = person.profile;
  auto& insert = transaction.statement(
      "INSERT INTO person (id, username, username_key, username_skeleton, display_name, display_key, locale, "
      "created_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  bind_id(insert, 1, profile.person.id);
  insert.bind(2, profile.person.username);
  insert.bind(3, person.username_key);
  insert.bind(4, person.username_skeleton);
  insert.bind(5, profile.person.display_name);
  insert.bind(6, person.display_key);
  if (profile.locale) insert.bind(7, *profile.locale);
  bind_time(insert, 8, profile.created_at);
  execute(insert);
  auto& password = transaction.statement("INSERT INTO password (person_id, hash) VALUES (?, ?)");
  bind_id(password, 1, profile.person.id);
  password.bind(2, person.password_hash);
  execute(password);
}

}  // namespace

Result<bool> SqlitePeopleStore::add(const NewPerson& person, const NewSession& session) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<bool> {
    if (name_is_taken(transaction, person.username_key, person.username_skeleton)) return false;
    insert_person(transaction, person);
    insert_session(transaction, session);
    return true;
  });
}

Result<bool> SqlitePeopleStore::is_taken(const std::string& username_key, const std::string& username_skeleton) {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<bool> {
    return name_is_taken(transaction, username_key, username_skeleton);
  });
}

Result<std::optional<Credentials>> SqlitePeopleStore::credentials(const std::string& username_key) {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<std::optional<Credentials>> {
    auto& select = transaction.statement(
        "SELECT id, username, display_name, locale, created_at, hash FROM person JOIN password ON person_id = id"
        " WHERE username_key = ?");
    select.bind(1, username_key);
    if (!select.executeStep()) return std::optional<Credentials>();
    return std::optional(Credentials{profile_at(select, 0), select.getColumn(5).getString()});
  });
}

Result<std::optional<Profile>> SqlitePeopleStore::find(const Uuid& id) {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<std::optional<Profile>> {
    auto& select =
        transaction.statement("SELECT id, username, display_name, locale, created_at FROM person WHERE id = ?");
    bind_id(select, 1, id);
    if (!select.executeStep()) return std::optional<Profile>();
    return std::optional(profile_at(select, 0));
  });
}

Result<std::vector<Person>> SqlitePeopleStore::search(const std::string& prefix, const Uuid& except,
                                                      std::size_t limit) {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<std::vector<Person>> {
    // Each half reads its own index and stops early; a person that both find comes once.
    auto& select = transaction.statement(
        "SELECT id, username, display_name, username_key FROM ("
        " SELECT * FROM (SELECT id, username, display_name, username_key FROM person"
        "  WHERE username_key >= ?1 AND username_key < ?2 AND id <> ?3 ORDER BY username_key LIMIT ?4)"
        " UNION"
        " SELECT * FROM (SELECT id, username, display_name, username_key FROM person"
        "  WHERE display_key >= ?1 AND display_key < ?2 AND id <> ?3 ORDER BY display_key LIMIT ?4)"
        ") ORDER BY username_key LIMIT ?4");
    select.bind(1, prefix);
    select.bind(2, end_of_prefix(prefix));
    bind_id(select, 3, except);
    bind_count(select, 4, limit);
    std::vector<Person> people;
    while (select.executeStep()) people.push_back(person_at(select, 0));
    return people;
  });
}

}  // namespace fanfare::workers::store
