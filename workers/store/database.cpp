#include "workers/store/database.hpp"

#include <string_view>

#include "workers/store/sqlite/sqlite_connection.hpp"
#include "workers/store/sqlite/sqlite_migrations.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Error;
using runtime::Result;

constexpr const char* kFileName = "fanfare.db";

}  // namespace

std::vector<runtime::Complaint> check_database(const runtime::Config& config) {
  const std::string_view url = config.database.url;
  if (url.empty()) return {};
  // It may hold a password, so it is not repeated.
  if (url.starts_with("postgres://") || url.starts_with("postgresql://")) {
    return {{"database.url", "PostgreSQL is not supported by this version; leave it empty for SQLite in data_dir"}};
  }
  return {{"database.url", "leave it empty for SQLite in data_dir; this version supports nothing else"}};
}

Result<std::filesystem::path> database_file(const runtime::Config& config) {
  for (const runtime::Complaint& complaint : check_database(config)) {
    return Error{complaint.path, ": ", complaint.message};
  }
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::absolute(config.data_dir, error);
  if (error) return Error{"data_dir ", config.data_dir.string(), ": ", error.message()};
  return (folder / kFileName).lexically_normal();
}

Result<std::vector<MigrationRow>> migrate(const runtime::Config& config) {
  const auto file = database_file(config);
  if (!file) return file.error();
  auto connection = SqliteConnection::open(*file);
  if (!connection) return connection.error();
  return migrate(*connection, sqlite_migrations());
}

Result<std::vector<MigrationRow>> migration_status(const runtime::Config& config) {
  const auto file = database_file(config);
  if (!file) return file.error();
  std::error_code error;
  if (!std::filesystem::exists(*file, error)) {
    std::vector<MigrationRow> rows;
    for (const Migration& migration : sqlite_migrations()) {
      rows.push_back({migration.number, std::string(migration.name), {}});
    }
    return rows;
  }
  auto connection = SqliteConnection::open(*file, {.create = false});
  if (!connection) return connection.error();
  return migration_status(*connection, sqlite_migrations());
}

}  // namespace fanfare::workers::store
