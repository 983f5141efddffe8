#include "workers/store/database.hpp"

#include <filesystem>

#include "workers/store/postgres/postgres_database.hpp"
#include "workers/store/postgres/postgres_settings.hpp"
#include "workers/store/sqlite/sqlite_database.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Error;
using runtime::Result;

constexpr const char* kFileName = "fanfare.db";

/// The SQLite file in data_dir, absolute.
Result<std::filesystem::path> database_file(const runtime::Config& config) {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::absolute(config.data_dir, error);
  if (error) return Error{"data_dir ", config.data_dir.string(), ": ", error.message()};
  return (folder / kFileName).lexically_normal();
}

}  // namespace

std::vector<runtime::Complaint> check_database(const runtime::Config& config) {
  std::vector<runtime::Complaint> complaints;
  const auto check = [&complaints](const char* path, const std::string& url) {
    const auto settings = read_postgres_url(url);
    if (!settings) complaints.push_back({path, settings.error().message});
  };
  if (!config.database.url.empty()) check("database.url", config.database.url);
  if (config.database.migrate_url.empty()) return complaints;
  if (config.database.url.empty()) {
    complaints.push_back({"database.migrate_url", "is for PostgreSQL and needs database.url beside it"});
  } else {
    check("database.migrate_url", config.database.migrate_url);
  }
  return complaints;
}

Result<std::unique_ptr<Database>> Database::open(const runtime::Config& config, const DatabaseOptions& options) {
  for (const runtime::Complaint& complaint : check_database(config)) {
    return Error{complaint.path, ": ", complaint.message};
  }
  if (!config.database.url.empty()) {
    return std::unique_ptr<Database>(std::make_unique<PostgresDatabase>(config.database, options));
  }
  auto file = database_file(config);
  if (!file) return file.error();
  return std::unique_ptr<Database>(std::make_unique<SqliteDatabase>(*std::move(file), options));
}

Result<std::unique_ptr<Database>> Database::open_migrated(const runtime::Config& config, const DatabaseOptions& options,
                                                          runtime::Logger& log) {
  auto database = open(config, options);
  if (!database) return database.error();
  const auto applied = (*database)->migrate();
  if (!applied) return applied.error();
  for (const MigrationRow& row : *applied) {
    log.info("migration applied", {{"number", row.number}, {"name", row.name}});
  }
  log.info("database ready", {{"database", (*database)->description()}});
  return database;
}

}  // namespace fanfare::workers::store
