#pragma once
// What `database.url` means to libpq. Pure but for the PG* variables of the environment, which stand in for what the
// URL leaves out; any thread. Promise: whatever is wrong with a URL is said without the password that is in it.

#include <string>

#include "runtime/result.hpp"

namespace fanfare::workers::store {

struct PostgresSettings {
  std::string connection;   ///< for libpq, with the time-outs of this program
  std::string description;  ///< user@host:port/name, for the log
};

/// `postgresql://…` or `postgres://…` (PostgreSQL 15 documentation, 34.1.1.2); `postgresql://` alone takes all from
/// PG*.
[[nodiscard]] runtime::Result<PostgresSettings> read_postgres_url(const std::string& url);

}  // namespace fanfare::workers::store
