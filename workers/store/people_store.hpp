#pragma once
// The port to the people: who there is, and what their password is checked with. An implementation belongs to one
// thread and its database connection. Every call blocks for as long as the database takes, bounded by its busy timeout;
// an error means that nothing was done and that it may work later.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "protocol/fanfare/uuid.hpp"
#include "runtime/result.hpp"
#include "workers/common/time_point.hpp"
#include "workers/store/session_store.hpp"

namespace fanfare::workers::store {

struct NewPerson {
  Profile profile;
  std::string username_key;       ///< what logging in compares; unique
  std::string username_skeleton;  ///< what it looks like; unique
  std::string display_key;        ///< what finding compares
  std::string password_hash;
};

struct Credentials {
  Profile profile;
  std::string password_hash;
};

class PeopleStore {
 public:
  virtual ~PeopleStore() = default;

  /// Both or nothing. False when the name, or one that looks like it, is taken.
  virtual runtime::Result<bool> add(const NewPerson& person, const NewSession& session) = 0;

  virtual runtime::Result<bool> is_taken(const std::string& username_key, const std::string& username_skeleton) = 0;

  virtual runtime::Result<std::optional<Credentials>> credentials(const std::string& username_key) = 0;

  virtual runtime::Result<std::optional<Profile>> find(const Uuid& id) = 0;

  /// Those whose user name's or display name's key begins with `prefix`, without `except`, by user name.
  virtual runtime::Result<std::vector<Person>> search(const std::string& prefix, const Uuid& except,
                                                      std::size_t limit) = 0;
};

}  // namespace fanfare::workers::store
