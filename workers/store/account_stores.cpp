#include "workers/store/account_stores.hpp"

#include <chrono>

#include "workers/store/database.hpp"
#include "workers/store/sqlite/sqlite_account_stores.hpp"

namespace fanfare::workers::store {

namespace {

/// Less than what callers wait, so that they hear `unavailable` and not nothing.
constexpr std::chrono::seconds kBusyTimeout{2};

}  // namespace

runtime::Result<std::unique_ptr<AccountStores>> open_account_stores(const runtime::Config& config) {
  const auto file = database_file(config);
  if (!file) return file.error();
  auto connection = SqliteConnection::open(*file, {.busy_timeout = kBusyTimeout});
  if (!connection) return connection.error();
  return std::unique_ptr<AccountStores>(std::make_unique<SqliteAccountStores>(*std::move(connection)));
}

}  // namespace fanfare::workers::store
