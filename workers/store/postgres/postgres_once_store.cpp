#include "workers/store/postgres/postgres_once_store.hpp"

#include <cstring>

#include "workers/store/postgres/postgres_rows.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

/// With each new key at most so many old ones go: more than come, and never a long transaction.
constexpr std::uint64_t kForgottenAtOnce = 100;

std::uint64_t forget_old_keys(PostgresTransaction& transaction, common::TimePoint forget_before, std::uint64_t limit) {
  const auto erased = transaction.execute(
      "DELETE FROM idempotency_key WHERE (person_id, key) IN"
      " (SELECT person_id, key FROM idempotency_key WHERE done_at < $1 ORDER BY done_at LIMIT $2)",
      forget_before, limit);
  return std::uint64_t{erased.affected_rows()};
}

std::optional<OnceOutcome> find_outcome(PostgresTransaction& transaction, const OnceRequest& request) {
  const auto rows = transaction.execute(
      "SELECT method, request_hash, reply FROM idempotency_key WHERE person_id = $1 AND key = $2 AND done_at >= $3",
      request.person, request.key, request.forget_before);
  if (rows.empty()) return std::nullopt;
  const std::string hash = bytes_in(rows[0][1]);
  const bool is_same = text_in(rows[0][0]) == request.method && hash.size() == request.request_hash.size() &&
                       std::memcmp(hash.data(), request.request_hash.data(), hash.size()) == 0;
  if (!is_same) return OnceOutcome{OnceOutcome::Kind::kConflict, {}};
  return OnceOutcome{OnceOutcome::Kind::kRepeated, text_in(rows[0][2])};
}

void insert_outcome(PostgresTransaction& transaction, const OnceRequest& request, const std::string& reply) {
  transaction.execute(
      "INSERT INTO idempotency_key (person_id, key, method, request_hash, reply, done_at)"
      " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person_id, key) DO UPDATE SET method = excluded.method,"
      " request_hash = excluded.request_hash, reply = excluded.reply, done_at = excluded.done_at",
      request.person, request.key, request.method, request.request_hash, reply, request.now);
}

}  // namespace

Result<OnceOutcome> PostgresOnceStore::once(const OnceRequest& request, const Change& change) {
  bool has_refused = false;
  auto outcome = session_.write([&](PostgresTransaction& transaction) -> Result<OnceOutcome> {
    has_refused = false;  // it may run again
    if (auto known = find_outcome(transaction, request)) return *std::move(known);
    auto reply = change();
    if (!reply) {
      has_refused = true;
      return runtime::Error{"undone, because the change has refused"};
    }
    insert_outcome(transaction, request, *reply);
    forget_old_keys(transaction, request.forget_before, kForgottenAtOnce);
    return OnceOutcome{OnceOutcome::Kind::kDone, *std::move(reply)};
  });
  if (has_refused) return OnceOutcome{};
  return outcome;
}

Result<std::uint64_t> PostgresOnceStore::sweep(common::TimePoint forget_before, std::uint64_t limit) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<std::uint64_t> {
    return forget_old_keys(transaction, forget_before, limit);
  });
}

}  // namespace fanfare::workers::store
