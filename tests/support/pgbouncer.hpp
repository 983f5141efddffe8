#pragma once
// A PgBouncer in transaction mode before the server of a PostgresTestDatabase; one for this process, which ends with
// it. For tests only; any thread.

#include <string>

#include "tests/support/postgres.hpp"

namespace fanfare::test {

/// The same database through PgBouncer.
[[nodiscard]] std::string url_by_pgbouncer(const PostgresTestDatabase& database);

}  // namespace fanfare::test
