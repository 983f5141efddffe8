#pragma once
// The one database of all workers, as the configuration names it: where it is, and which of its migrations are applied.
// Plain functions that open what they need and close it again; any thread. Adapters (sqlite/) keep connections of their
// own. Promise: a process that starts on a database it does not understand says so and leaves it alone.

#include <filesystem>
#include <string>
#include <vector>

#include "runtime/config/reader.hpp"
#include "runtime/result.hpp"

namespace fanfare::workers::store {

/// The SQLite file that the configuration means, absolute. An error for a `database.url` that is not supported.
[[nodiscard]] runtime::Result<std::filesystem::path> database_file(const runtime::Config& config);

/// What is wrong with `database.url`, as each worker's check of its configuration.
[[nodiscard]] std::vector<runtime::Complaint> check_database(const runtime::Config& config);

struct MigrationRow {
  int number = 0;
  std::string name;        ///< `people` for 0001_people.sql
  std::string applied_at;  ///< RFC 3339 in UTC; empty: not applied yet

  bool operator==(const MigrationRow&) const = default;
};

/// Creates the database where it is missing and applies what is. Returns the rows applied by this call; when several
/// processes call it at once each migration is in one of their answers. Waits for the others up to the busy timeout.
/// An error, and nothing is changed, if an applied migration was altered or is of a newer version.
[[nodiscard]] runtime::Result<std::vector<MigrationRow>> migrate(const runtime::Config& config);

/// All migrations this program knows, without changing anything. The same errors as migrate().
[[nodiscard]] runtime::Result<std::vector<MigrationRow>> migration_status(const runtime::Config& config);

}  // namespace fanfare::workers::store
