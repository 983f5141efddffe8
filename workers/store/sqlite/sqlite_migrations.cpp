#include "workers/store/sqlite/sqlite_migrations.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace fanfare::workers::store {
namespace {

using runtime::Error;
using runtime::Result;

constexpr const char* kTable =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    "  number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT";

bool has_table(SqliteTransaction& transaction) {
  auto& query = transaction.statement("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration'");
  const bool found = query.executeStep();
  query.tryReset();  // while it is open no migration could drop a table
  return found;
}

std::vector<AppliedMigration> read_applied(SqliteTransaction& transaction) {
  std::vector<AppliedMigration> applied;
  if (!has_table(transaction)) return applied;
  auto& query =
      transaction.statement("SELECT number, name, applied_at, checksum FROM schema_migration ORDER BY number");
  while (query.executeStep()) {
    applied.push_back({{query.getColumn(0).getInt(), query.getColumn(1).getString(), query.getColumn(2).getString()},
                       query.getColumn(3).getString()});
  }
  return applied;
}

/// Applies the first one that is missing; nothing if none is.
Result<std::optional<MigrationRow>> apply_next(SqliteTransaction& transaction, std::span<const Migration> migrations,
                                               std::size_t wanted) {
  transaction.execute(kTable);
  const std::vector<AppliedMigration> applied = read_applied(transaction);
  if (const auto fits = check_applied(applied, migrations); !fits) return fits.error();
  if (applied.size() >= wanted) return std::optional<MigrationRow>();
  const Migration& next = migrations[applied.size()];
  try {
    transaction.execute(std::string(next.sql));
  } catch (const SQLite::Exception& failure) {
    return Error{"migration ", file_name(next.number, next.name), ": ", failure.what()};
  }
  auto& note = transaction.statement(
      "INSERT INTO schema_migration (number, name, checksum, applied_at) "
      "VALUES (?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) RETURNING applied_at");
  note.bind(1, next.number);
  note.bind(2, std::string(next.name));
  note.bind(3, std::string(next.checksum));
  note.executeStep();
  return std::optional<MigrationRow>({next.number, std::string(next.name), note.getColumn(0).getString()});
}

}  // namespace

Result<std::vector<MigrationRow>> migrate(SqliteConnection& connection, std::span<const Migration> migrations,
                                          std::optional<int> to) {
  const auto wanted = to ? up_to(*to, migrations) : Result<std::span<const Migration>>(migrations);
  if (!wanted) return wanted.error();
  // The usual start finds nothing to do and should not wait for who is writing.
  const auto status = migration_status(connection, migrations);
  if (!status) return status.error();
  std::vector<MigrationRow> done;
  const auto is_missing = [](const MigrationRow& row) { return row.applied_at.empty(); };
  if (std::none_of(status->begin(), status->begin() + std::ssize(*wanted), is_missing)) return done;
  while (true) {
    auto applied = connection.write(
        [&](SqliteTransaction& transaction) { return apply_next(transaction, migrations, wanted->size()); });
    if (!applied) return applied.error();
    if (!applied->has_value()) return done;
    done.push_back(std::move(**applied));
  }
}

Result<std::vector<MigrationRow>> migration_status(SqliteConnection& connection,
                                                   std::span<const Migration> migrations) {
  return connection.read([&](SqliteTransaction& transaction) -> Result<std::vector<MigrationRow>> {
    return status_of(read_applied(transaction), migrations);
  });
}

}  // namespace fanfare::workers::store
