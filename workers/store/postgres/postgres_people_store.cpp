#include "workers/store/postgres/postgres_people_store.hpp"

#include "workers/store/postgres/postgres_rows.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

/// Beyond every text that begins with the prefix: no character has a greater encoding.
std::string end_of_prefix(const std::string& prefix) { return prefix + "\xF4\x8F\xBF\xBF"; }

bool name_is_taken(PostgresTransaction& transaction, const std::string& key, const std::string& skeleton) {
  return !transaction.execute("SELECT 1 FROM person WHERE username_key = $1 OR username_skeleton = $2", key, skeleton)
              .empty();
}

void insert_person(PostgresTransaction& transaction, const NewPerson& person) {
  const Profile& profile = person.profile;
  transaction.execute(
      "INSERT INTO person (id, username, username_key, username_skeleton, display_name, display_key, locale, "
      "created_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      profile.person.id, profile.person.username, person.username_key, person.username_skeleton,
      profile.person.display_name, person.display_key, profile.locale, profile.created_at);
  transaction.execute("INSERT INTO password (person_id, hash) VALUES ($1, $2)", profile.person.id,
                      person.password_hash);
}

}  // namespace

Result<bool> PostgresPeopleStore::add(const NewPerson& person, const NewSession& session) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<bool> {
    if (name_is_taken(transaction, person.username_key, person.username_skeleton)) return false;
    insert_person(transaction, person);
    insert_session(transaction, session);
    return true;
  });
}

Result<bool> PostgresPeopleStore::is_taken(const std::string& username_key, const std::string& username_skeleton) {
  return session_.read([&](PostgresTransaction& transaction) -> Result<bool> {
    return name_is_taken(transaction, username_key, username_skeleton);
  });
}

Result<std::optional<Credentials>> PostgresPeopleStore::credentials(const std::string& username_key) {
  return session_.read([&](PostgresTransaction& transaction) -> Result<std::optional<Credentials>> {
    const auto rows = transaction.execute(
        "SELECT id, username, display_name, locale, created_at, hash FROM person JOIN password ON person_id = id"
        " WHERE username_key = $1",
        username_key);
    if (rows.empty()) return std::optional<Credentials>();
    return std::optional(Credentials{profile_in(rows[0], 0), text_in(rows[0][5])});
  });
}

Result<std::optional<Profile>> PostgresPeopleStore::find(const Uuid& id) {
  return session_.read([&](PostgresTransaction& transaction) -> Result<std::optional<Profile>> {
    const auto rows =
        transaction.execute("SELECT id, username, display_name, locale, created_at FROM person WHERE id = $1", id);
    if (rows.empty()) return std::optional<Profile>();
    return std::optional(profile_in(rows[0], 0));
  });
}

Result<std::vector<Person>> PostgresPeopleStore::search(const std::string& prefix, const Uuid& except,
                                                        std::size_t limit) {
  return session_.read([&](PostgresTransaction& transaction) -> Result<std::vector<Person>> {
    // Each half reads its own index and stops early; a person that both find comes once.
    const auto rows = transaction.execute(
        "SELECT id, username, display_name, username_key FROM ("
        " (SELECT id, username, display_name, username_key FROM person"
        "  WHERE username_key >= $1 AND username_key < $2 AND id <> $3 ORDER BY username_key LIMIT $4)"
        " UNION"
        " (SELECT id, username, display_name, username_key FROM person"
        "  WHERE display_key >= $1 AND display_key < $2 AND id <> $3 ORDER BY display_key LIMIT $4)"
        ") AS found ORDER BY username_key LIMIT $4",
        prefix, end_of_prefix(prefix), except, limit);
    std::vector<Person> people;
    for (const auto& row : rows) people.push_back(person_in(row, 0));
    return people;
  });
}

}  // namespace fanfare::workers::store
