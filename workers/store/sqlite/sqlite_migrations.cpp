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

struct Applied {
  MigrationRow row;
  std::string checksum;
};

bool has_table(SqliteTransaction& transaction) {
  auto& query = transaction.statement("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration'");
  const bool found = query.executeStep();
  query.tryReset();  // while it is open no migration could drop a table
  return found;
}

std::vector<Applied> read_applied(SqliteTransaction& transaction) {
  std::vector<Applied> applied;
  if (!has_table(transaction)) return applied;
  auto& query =
      transaction.statement("SELECT number, name, applied_at, checksum FROM schema_migration ORDER BY number");
  while (query.executeStep()) {
    applied.push_back({{query.getColumn(0).getInt(), query.getColumn(1).getString(), query.getColumn(2).getString()},
                       query.getColumn(3).getString()});
  }
  return applied;
}

std::string file_name(int number, std::string_view name) {
  constexpr std::size_t kDigits = 4;
  const std::string digits = std::to_string(number);
  return std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits + "_" + std::string(name) + ".sql";
}

/// Whether this program may work with a database that has these behind it.
Result<void> check(const std::vector<Applied>& applied, std::span<const Migration> migrations) {
  for (std::size_t index = 0; index < applied.size(); ++index) {
    const Applied& done = applied[index];
    const std::string file = file_name(done.row.number, done.row.name);
    if (index >= migrations.size()) {
      return Error{"the database has migration ", file,
                   ", which this program does not know: a newer version of fanfare has used it; start that one, or put "
                   "the backup from before in its place"};
    }
    const Migration& known = migrations[index];
    if (done.row.number == known.number && done.row.name == known.name && done.checksum == known.checksum) continue;
    return Error{"migration ",
                 file,
                 " is not what was applied to the database: this program has ",
                 file_name(known.number, known.name),
                 done.row.name == known.name ? " with another content" : " in its place",
                 "; put the file back as it was and write what is new into a migration of its own"};
  }
  return {};
}

/// Applies the first one that is missing; nothing if none is.
Result<std::optional<MigrationRow>> apply_next(SqliteTransaction& transaction, std::span<const Migration> migrations) {
  transaction.execute(kTable);
  const std::vector<Applied> applied = read_applied(transaction);
  if (const auto fits = check(applied, migrations); !fits) return fits.error();
  if (applied.size() == migrations.size()) return std::optional<MigrationRow>();
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

Result<std::vector<MigrationRow>> migrate(SqliteConnection& connection, std::span<const Migration> migrations) {
  // The usual start finds nothing to do and should not wait for who is writing.
  const auto status = migration_status(connection, migrations);
  if (!status) return status.error();
  std::vector<MigrationRow> done;
  if (std::ranges::none_of(*status, [](const MigrationRow& row) { return row.applied_at.empty(); })) return done;
  while (true) {
    auto applied =
        connection.write([&](SqliteTransaction& transaction) { return apply_next(transaction, migrations); });
    if (!applied) return applied.error();
    if (!applied->has_value()) return done;
    done.push_back(std::move(**applied));
  }
}

Result<std::vector<MigrationRow>> migration_status(SqliteConnection& connection,
                                                   std::span<const Migration> migrations) {
  return connection.read([&](SqliteTransaction& transaction) -> Result<std::vector<MigrationRow>> {
    const std::vector<Applied> applied = read_applied(transaction);
    if (const auto fits = check(applied, migrations); !fits) return fits.error();
    std::vector<MigrationRow> rows;
    for (std::size_t index = 0; index < migrations.size(); ++index) {
      if (index < applied.size()) {
        rows.push_back(applied[index].row);
      } else {
        rows.push_back({migrations[index].number, std::string(migrations[index].name), {}});
      }
    }
    return rows;
  });
}

}  // namespace fanfare::workers::store
