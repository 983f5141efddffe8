#include "workers/store/postgres/postgres_migrations.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <pqxx/except>
#include <string>

#include "workers/store/postgres/postgres_error.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Error;
using runtime::Result;

constexpr std::int64_t kTurn = 0x66616e6d;  // "fanm"; any number that nothing else locks
/// A large table takes long, and the others wait for it.
constexpr std::chrono::minutes kPatience{10};

constexpr const char* kTable =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    "  number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at text NOT NULL)";

std::vector<AppliedMigration> read_applied(PostgresTransaction& transaction) {
  std::vector<AppliedMigration> applied;
  if (transaction.execute("SELECT to_regclass('schema_migration')")[0][0].is_null()) return applied;
  for (const auto& row :
       transaction.execute("SELECT number, name, applied_at, checksum FROM schema_migration ORDER BY number")) {
    applied.push_back({{row[0].as<int>(), text_in(row[1]), text_in(row[2])}, text_in(row[3])});
  }
  return applied;
}

/// Applies the first one that is missing; nothing if none is.
Result<std::optional<MigrationRow>> apply_next(PostgresTransaction& transaction, std::span<const Migration> migrations,
                                               std::size_t wanted) {
  transaction.execute(kTable);
  const std::vector<AppliedMigration> applied = read_applied(transaction);
  if (const auto fits = check_applied(applied, migrations); !fits) return fits.error();
  if (applied.size() >= wanted) return std::optional<MigrationRow>();
  const Migration& next = migrations[applied.size()];
  try {
    transaction.execute(std::string(next.sql));
  } catch (const pqxx::sql_error& failure) {
    return Error{"migration ", file_name(next.number, next.name), ": ", one_line(failure.what())};
  }
  const auto note = transaction.execute(
      "INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES ($1, $2, $3,"
      " to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')) RETURNING applied_at",
      next.number, next.name, next.checksum);
  return std::optional<MigrationRow>({next.number, std::string(next.name), text_in(note[0][0])});
}

}  // namespace

Result<std::vector<MigrationRow>> migrate(PostgresPool& pool, std::span<const Migration> migrations,
                                          std::optional<int> to) {
  const auto wanted = to ? up_to(*to, migrations) : Result<std::span<const Migration>>(migrations);
  if (!wanted) return wanted.error();
  // The usual start finds nothing to do, and needs no right to create tables.
  const auto status = migration_status(pool, migrations);
  if (!status) return status.error();
  std::vector<MigrationRow> done;
  const auto is_missing = [](const MigrationRow& row) { return row.applied_at.empty(); };
  if (std::none_of(status->begin(), status->begin() + std::ssize(*wanted), is_missing)) return done;
  PostgresSession session(pool, {.turn = kTurn, .patience = kPatience, .repeatable = true});
  while (true) {
    auto applied = session.write(
        [&](PostgresTransaction& transaction) { return apply_next(transaction, migrations, wanted->size()); });
    if (!applied) return applied.error();
    if (!applied->has_value()) return done;
    done.push_back(std::move(**applied));
  }
}

Result<std::vector<MigrationRow>> migration_status(PostgresPool& pool, std::span<const Migration> migrations) {
  PostgresSession session(pool);
  return session.read([&](PostgresTransaction& transaction) -> Result<std::vector<MigrationRow>> {
    return status_of(read_applied(transaction), migrations);
  });
}

}  // namespace fanfare::workers::store
