#include "workers/store/sqlite/sqlite_once_store.hpp"

#include <SQLiteCpp/Column.h>

#include <cstring>

#include "workers/store/sqlite/sqlite_rows.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

/// With each new key at most so many old ones go: more than come, and never a long transaction.
constexpr std::uint64_t kForgottenAtOnce = 100;

std::uint64_t forget_old(SqliteTransaction& transaction, common::TimePoint forget_before, std::uint64_t limit) {
  auto& erase = transaction.statement(
      "DELETE FROM idempotency_key WHERE (person_id, key) IN"
      " (SELECT person_id, key FROM idempotency_key WHERE done_at < ? ORDER BY done_at LIMIT ?)");
  bind_time(erase, 1, forget_before);
  bind_count(erase, 2, limit);
  return execute_and_count(erase);
}

std::optional<OnceOutcome> find(SqliteTransaction& transaction, const OnceRequest& request) {
  auto& select = transaction.statement(
      "SELECT method, request_hash, reply FROM idempotency_key WHERE person_id = ? AND key = ? AND done_at >= ?");
  bind_id(select, 1, request.person);
  select.bind(2, request.key);
  bind_time(select, 3, request.forget_before);
  if (!select.executeStep()) return std::nullopt;
  const auto hash = select.getColumn(1);
  const bool is_same = select.getColumn(0).getString() == request.method &&
                       static_cast<std::size_t>(hash.getBytes()) == request.request_hash.size() &&
                       std::memcmp(hash.getBlob(), request.request_hash.data(), request.request_hash.size()) == 0;
  if (!is_same) return OnceOutcome{OnceOutcome::Kind::kConflict, {}};
  return OnceOutcome{OnceOutcome::Kind::kRepeated, select.getColumn(2).getString()};
}

void insert(SqliteTransaction& transaction, const OnceRequest& request, const std::string& reply) {
  auto& statement = transaction.statement(
      "INSERT OR REPLACE INTO idempotency_key (person_id, key, method, request_hash, reply, done_at)"
      " VALUES (?, ?, ?, ?, ?, ?)");
  bind_id(statement, 1, request.person);
  statement.bind(2, request.key);
  statement.bind(3, request.method);
  bind_hash(statement, 4, request.request_hash);
  statement.bind(5, reply);
  bind_time(statement, 6, request.now);
  execute(statement);
}

}  // namespace

Result<OnceOutcome> SqliteOnceStore::once(const OnceRequest& request, const Change& change) {
  bool has_refused = false;
  auto outcome = connection_.write([&](SqliteTransaction& transaction) -> Result<OnceOutcome> {
    if (auto known = find(transaction, request)) return *std::move(known);
    auto reply = change();
    if (!reply) {
      has_refused = true;
      return runtime::Error{"undone, because the change has refused"};
    }
    insert(transaction, request, *reply);
    forget_old(transaction, request.forget_before, kForgottenAtOnce);
    return OnceOutcome{OnceOutcome::Kind::kDone, *std::move(reply)};
  });
  if (has_refused) return OnceOutcome{};
  return outcome;
}

Result<std::uint64_t> SqliteOnceStore::sweep(common::TimePoint forget_before, std::uint64_t limit) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<std::uint64_t> {
    return forget_old(transaction, forget_before, limit);
  });
}

}  // namespace fanfare::workers::store
