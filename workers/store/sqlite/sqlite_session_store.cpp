#include "workers/store/sqlite/sqlite_session_store.hpp"

#include <SQLiteCpp/Column.h>

#include "workers/store/sqlite/sqlite_rows.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

/// Somebody who always logs in and never out: the sessions used longest ago go.
constexpr std::uint64_t kMostSessions = 100;
/// How many generations back a token that comes again is known as one of ours.
constexpr std::uint64_t kKeptGenerations = 256;

struct ShownToken {
  Uuid session;
  Profile profile;
  TokenState state;
};

std::optional<ShownToken> find_token(SqliteTransaction& transaction, const TokenHash& hash) {
  auto& select = transaction.statement(
      "SELECT person.id, username, display_name, locale, created_at, session.id, token.generation, session.generation,"
      " rotated_at, expires_at, ended_at, (SELECT count(*) FROM refresh_token AS sibling"
      "  WHERE sibling.session_id = session.id AND sibling.generation = session.generation)"
      " FROM refresh_token AS token JOIN session ON session.id = token.session_id"
      " JOIN person ON person.id = session.person_id WHERE hash = ?");
  bind_hash(select, 1, hash);
  if (!select.executeStep()) return std::nullopt;
  return ShownToken{id_at(select, 5), profile_at(select, 0),
                    TokenState{.generation = count_at(select, 6),
                               .session_generation = count_at(select, 7),
                               .siblings = count_at(select, 11),
                               .rotated_at = time_at(select, 8),
                               .expires_at = time_at(select, 9),
                               .is_ended = !select.isColumnNull(10)}};
}

void insert_token(SqliteTransaction& transaction, const ShownToken& shown, const TokenHash& hash,
                  std::uint64_t generation) {
  auto& insert = transaction.statement("INSERT INTO refresh_token (hash, session_id, generation) VALUES (?, ?, ?)");
  bind_hash(insert, 1, hash);
  bind_id(insert, 2, shown.session);
  bind_count(insert, 3, generation);
  execute(insert);
}

void begin_generation(SqliteTransaction& transaction, const ShownToken& shown, const Renewal& renewal) {
  const std::uint64_t generation = shown.state.session_generation + 1;
  auto& update =
      transaction.statement("UPDATE session SET generation = ?, rotated_at = ?, expires_at = ? WHERE id = ?");
  bind_count(update, 1, generation);
  bind_time(update, 2, renewal.now);
  bind_time(update, 3, renewal.expires_at);
  bind_id(update, 4, shown.session);
  execute(update);
  insert_token(transaction, shown, renewal.token, generation);
  if (generation <= kKeptGenerations) return;
  auto& forget = transaction.statement("DELETE FROM refresh_token WHERE session_id = ? AND generation <= ?");
  bind_id(forget, 1, shown.session);
  bind_count(forget, 2, generation - kKeptGenerations);
  execute(forget);
}

/// Those who look at rights are told that something is over.
void end_session(SqliteTransaction& transaction, const ShownToken& shown, common::TimePoint now) {
  if (shown.state.is_ended) return;
  auto& update = transaction.statement("UPDATE session SET ended_at = ? WHERE id = ?");
  bind_time(update, 1, now);
  bind_id(update, 2, shown.session);
  execute(update);
  insert_change(transaction, ChangeKind::kPersonChanged, shown.profile.person.id, {});
}

void forget_old_sessions(SqliteTransaction& transaction, const NewSession& session) {
  auto& over =
      transaction.statement("DELETE FROM session WHERE person_id = ? AND (expires_at <= ? OR ended_at IS NOT NULL)");
  bind_id(over, 1, session.person);
  bind_time(over, 2, session.now);
  execute(over);
  auto& oldest = transaction.statement(
      "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE person_id = ?"
      " ORDER BY rotated_at DESC, id DESC LIMIT -1 OFFSET ?)");
  bind_id(oldest, 1, session.person);
  bind_count(oldest, 2, kMostSessions - 1);
  execute(oldest);
}

}  // namespace

Result<void> SqliteSessionStore::begin(const NewSession& session) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<void> {
    forget_old_sessions(transaction, session);
    insert_session(transaction, session);
    return {};
  });
}

Result<std::optional<Renewed>> SqliteSessionStore::renew(const TokenHash& shown_hash, const Renewal& renewal,
                                                         const TokenRule& rule) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<std::optional<Renewed>> {
    const auto shown = find_token(transaction, shown_hash);
    if (!shown) return std::optional<Renewed>();
    switch (rule(shown->state)) {
      case TokenVerdict::kRotate:
        begin_generation(transaction, *shown, renewal);
        break;
      case TokenVerdict::kReissue:
        insert_token(transaction, *shown, renewal.token, shown->state.session_generation);
        break;
      case TokenVerdict::kRevoke:
        end_session(transaction, *shown, renewal.now);
        return std::optional<Renewed>();
      case TokenVerdict::kRefuse:
        return std::optional<Renewed>();
    }
    return std::optional(Renewed{shown->session, shown->profile});
  });
}

Result<void> SqliteSessionStore::end(const TokenHash& token, common::TimePoint now) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<void> {
    const auto shown = find_token(transaction, token);
    if (shown) end_session(transaction, *shown, now);
    return {};
  });
}

Result<std::uint64_t> SqliteSessionStore::sweep(common::TimePoint now, std::uint64_t limit) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<std::uint64_t> {
    auto& erase = transaction.statement(
        "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires_at <= ?1"
        " UNION ALL SELECT id FROM session WHERE ended_at IS NOT NULL AND expires_at > ?1 LIMIT ?2)");
    bind_time(erase, 1, now);
    bind_count(erase, 2, limit);
    return execute_and_count(erase);
  });
}

}  // namespace fanfare::workers::store
