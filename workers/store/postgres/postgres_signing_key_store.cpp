#include "workers/store/postgres/postgres_signing_key_store.hpp"

#include <algorithm>

#include "workers/store/postgres/postgres_rows.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

std::vector<SigningKeyRow> read_keys(PostgresTransaction& transaction) {
  const auto found = transaction.execute("SELECT id, seed, created_at FROM signing_key ORDER BY created_at DESC, id");
  std::vector<SigningKeyRow> rows;
  for (const auto& each : found) {
    SigningKeyRow row{.id = text_in(each[0]), .seed = {}, .created_at = time_in(each[2])};
    const std::string seed = bytes_in(each[1]);
    if (seed.size() != row.seed.size()) continue;
    std::ranges::transform(seed, row.seed.begin(), [](char byte) { return static_cast<std::uint8_t>(byte); });
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

Result<std::vector<SigningKeyRow>> PostgresSigningKeyStore::load_or_add(const SigningKeyRow& candidate) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<std::vector<SigningKeyRow>> {
    std::vector<SigningKeyRow> rows = read_keys(transaction);
    if (!rows.empty()) return rows;
    transaction.execute("INSERT INTO signing_key (id, seed, created_at) VALUES ($1, $2, $3)", candidate.id,
                        std::span<const std::uint8_t>(candidate.seed), candidate.created_at);
    return std::vector{candidate};
  });
}

}  // namespace fanfare::workers::store
