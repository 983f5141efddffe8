#include "workers/store/postgres/postgres_session_store.hpp"

#include "workers/store/postgres/postgres_rows.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

/// Somebody who always logs in and never out: the sessions used longest ago go.
constexpr std::uint64_t kMostSessions = 100;
/// How many generations back a token that comes again is known as one of ours.
constexpr std::uint64_t kKeptGenerations = 256;

struct KnownToken {
  Uuid session;
  Profile profile;
  TokenState state;
};

std::optional<KnownToken> find_token(PostgresTransaction& transaction, const TokenHash& hash) {
  const auto rows = transaction.execute(
      "SELECT person.id, username, display_name, locale, created_at, session.id, token.generation, session.generation,"
      " rotated_at, expires_at, ended_at, (SELECT count(*) FROM refresh_token AS sibling"
      "  WHERE sibling.session_id = session.id AND sibling.generation = session.generation)"
      " FROM refresh_token AS token JOIN session ON session.id = token.session_id"
      " JOIN person ON person.id = session.person_id WHERE hash = $1",
      hash);
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  return KnownToken{id_in(row[5]), profile_in(row, 0),
                    TokenState{.generation = count_in(row[6]),
                               .session_generation = count_in(row[7]),
                               .siblings = count_in(row[11]),
                               .rotated_at = time_in(row[8]),
                               .expires_at = time_in(row[9]),
                               .is_ended = !row[10].is_null()}};
}

void insert_token(PostgresTransaction& transaction, const KnownToken& shown, const TokenHash& hash,
                  std::uint64_t generation) {
  transaction.execute("INSERT INTO refresh_token (hash, session_id, generation) VALUES ($1, $2, $3)", hash,
                      shown.session, generation);
}

void begin_generation(PostgresTransaction& transaction, const KnownToken& shown, const Renewal& renewal) {
  const std::uint64_t generation = shown.state.session_generation + 1;
  transaction.execute("UPDATE session SET generation = $1, rotated_at = $2, expires_at = $3 WHERE id = $4", generation,
                      renewal.now, renewal.expires_at, shown.session);
  insert_token(transaction, shown, renewal.token, generation);
  if (generation <= kKeptGenerations) return;
  transaction.execute("DELETE FROM refresh_token WHERE session_id = $1 AND generation <= $2", shown.session,
                      generation - kKeptGenerations);
}

/// Those who look at rights are told that something is over.
void end_session(PostgresTransaction& transaction, const KnownToken& shown, common::TimePoint now) {
  if (shown.state.is_ended) return;
  transaction.execute("UPDATE session SET ended_at = $1 WHERE id = $2", now, shown.session);
  insert_changes(transaction, ChangeKind::kPersonChanged, {shown.profile.person.id}, {});
}

void forget_old_sessions(PostgresTransaction& transaction, const NewSession& session) {
  transaction.execute("DELETE FROM session WHERE person_id = $1 AND (expires_at <= $2 OR ended_at IS NOT NULL)",
                      session.person, session.now);
  transaction.execute(
      "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE person_id = $1"
      " ORDER BY rotated_at DESC, id DESC OFFSET $2)",
      session.person, kMostSessions - 1);
}

}  // namespace

Result<void> PostgresSessionStore::begin(const NewSession& session) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<void> {
    forget_old_sessions(transaction, session);
    insert_session(transaction, session);
    return {};
  });
}

Result<std::optional<Renewed>> PostgresSessionStore::renew(const TokenHash& shown_hash, const Renewal& renewal,
                                                           const TokenRule& rule) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<std::optional<Renewed>> {
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

Result<void> PostgresSessionStore::end(const TokenHash& token, common::TimePoint now) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<void> {
    const auto shown = find_token(transaction, token);
    if (shown) end_session(transaction, *shown, now);
    return {};
  });
}

Result<std::uint64_t> PostgresSessionStore::sweep(common::TimePoint now, std::uint64_t limit) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<std::uint64_t> {
    const auto erased = transaction.execute(
        "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires_at <= $1"
        " UNION ALL SELECT id FROM session WHERE ended_at IS NOT NULL AND expires_at > $1 LIMIT $2)",
        now, limit);
    return std::uint64_t{erased.affected_rows()};
  });
}

}  // namespace fanfare::workers::store
