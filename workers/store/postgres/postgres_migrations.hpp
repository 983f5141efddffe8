#pragma once
// Brings a PostgreSQL database to the shape this program expects. Functions on a session of the caller's; its thread.
// Each migration is applied in a transaction of its own under a lock of the database, and noted in `schema_migration`
// with its checksum: of many processes that start at once exactly one applies it.

#include <optional>
#include <span>
#include <vector>

#include "workers/store/migration.hpp"
#include "workers/store/postgres/postgres_pool.hpp"

namespace fanfare::workers::store {

/// Applies what is missing, up to number `to` if there is one, and returns it. See Database::migrate().
[[nodiscard]] runtime::Result<std::vector<MigrationRow>> migrate(PostgresPool& pool,
                                                                 std::span<const Migration> migrations,
                                                                 std::optional<int> to = {});

/// All of `migrations` with their state, changing nothing.
[[nodiscard]] runtime::Result<std::vector<MigrationRow>> migration_status(PostgresPool& pool,
                                                                          std::span<const Migration> migrations);

}  // namespace fanfare::workers::store
