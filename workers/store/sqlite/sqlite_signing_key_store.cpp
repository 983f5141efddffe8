#include "workers/store/sqlite/sqlite_signing_key_store.hpp"

#include <SQLiteCpp/Column.h>

#include <algorithm>

#include "workers/store/sqlite/sqlite_rows.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

std::vector<SigningKeyRow> read_all(SqliteTransaction& transaction) {
  auto& select = transaction.statement("SELECT id, seed, created_at FROM signing_key ORDER BY created_at DESC, id");
  std::vector<SigningKeyRow> rows;
  while (select.executeStep()) {
    SigningKeyRow row{.id = select.getColumn(0).getString(), .seed = {}, .created_at = time_at(select, 2)};
    const std::string seed = select.getColumn(1).getString();
    if (seed.size() != row.seed.size()) continue;
    std::ranges::transform(seed, row.seed.begin(), [](char byte) { return static_cast<std::uint8_t>(byte); });
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

Result<std::vector<SigningKeyRow>> SqliteSigningKeyStore::load_or_add(const SigningKeyRow& candidate) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<std::vector<SigningKeyRow>> {
    std::vector<SigningKeyRow> rows = read_all(transaction);
    if (!rows.empty()) return rows;
    auto& insert = transaction.statement("INSERT INTO signing_key (id, seed, created_at) VALUES (?, ?, ?)");
    insert.bind(1, candidate.id);
    insert.bind(2, candidate.seed.data(), static_cast<int>(candidate.seed.size()));
    bind_time(insert, 3, candidate.created_at);
    execute(insert);
    return std::vector{candidate};
  });
}

}  // namespace fanfare::workers::store
