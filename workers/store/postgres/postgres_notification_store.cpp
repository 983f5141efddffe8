#include "workers/store/postgres/postgres_notification_store.hpp"

#include <algorithm>
#include <map>
#include <pqxx/row>

#include "workers/store/postgres/postgres_message_rows.hpp"
#include "workers/store/postgres/postgres_values.hpp"

namespace fanfare::workers::store {
namespace {

using common::TimePoint;
using runtime::Result;

constexpr std::chrono::minutes kAnotherClock{10};

/// What one claim looks through: those that are due longest. More wait their turn.
constexpr std::int64_t kLookedThrough = 10'000;

// $1 notifier, $2 now, $3 now in microseconds, $4 those of another clock, $5 needs no link
const std::string kDueRows =
    "SELECT n.person_id, n.conversation_id, n.due_at FROM notification AS n"
    " LEFT JOIN notifier_link AS l ON l.notifier = n.notifier AND l.person_id = n.person_id"
    " LEFT JOIN notifier_bucket AS b ON b.notifier = n.notifier"
    " AND b.name = coalesce(l.address, CASE WHEN $5::boolean THEN n.person_id::text END)"
    " WHERE n.notifier = $1 AND n.state = 'due' AND n.due_at <= $2::bigint AND n.lease_until <= $2"
    " AND (b.name IS NULL OR NOT" +
    std::string(kBucketWaits) +
    ") AND NOT EXISTS (SELECT 1 FROM notifier_bucket AS b WHERE b.notifier = $1 AND b.name = 'all'"
    " AND b.blocked_until > $2)";

const std::string kAny = "SELECT EXISTS (" + kDueRows + ")";

// … $6 holder, $7 lease_until, $8 limit, $9 how many are looked through
const std::string kLease =
    "WITH waiting AS MATERIALIZED (" + kDueRows +
    " ORDER BY n.due_at LIMIT $9), first AS (SELECT DISTINCT ON (person_id) * FROM waiting ORDER BY person_id, due_at),"
    " picked AS (SELECT n.person_id, n.conversation_id FROM notification AS n JOIN first USING (person_id,"
    " conversation_id) WHERE n.notifier = $1 AND n.state = 'due' AND n.lease_until <= $2 ORDER BY first.due_at LIMIT $8"
    " FOR UPDATE OF n SKIP LOCKED)"
    " UPDATE notification AS n SET holder = $6, lease_until = $7 FROM picked WHERE n.notifier = $1"
    " AND n.person_id = picked.person_id AND n.conversation_id = picked.conversation_id";

std::int64_t micros(TimePoint time) { return std::chrono::microseconds(time.time_since_epoch()).count(); }

std::string text_of(const NotificationStatement::Value& value) {
  if (const auto* const number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* const text = std::get_if<std::string>(&value)) return to_parameter(*text);
  return std::get<bool>(value) ? "true" : "false";
}

/// Of kClaimedFacts.
DueNotification due_in(const pqxx::row& row) {
  DueNotification due{.person = id_in(row[0]),
                      .conversation = id_in(row[1]),
                      .up_to = position_in(row, 2),
                      .arrived_at = time_in(row[4]),
                      .count = count_in(row[5]),
                      .author = id_in(row[6]),
                      .has_several_authors = row[7].as<bool>(),
                      .preview = text_in(row[8])};
  if (!row[9].is_null()) {
    due.told.emplace(ToldNotification{.at = time_in(row[9]),
                                      .changed_at = time_in(row[10]),
                                      .up_to = position_in(row, 11),
                                      .count = count_in(row[13]),
                                      .message = text_in(row[14])});
  }
  due.address = optional_text_in(row[15]);
  due.muted_until = optional_time_in(row[16]);
  if (!row[17].is_null() && !row[18].is_null()) {
    due.quiet.emplace(QuietHours{row[17].as<int>(), row[18].as<int>(), text_in(row[19])});
  }
  due.is_member = row[20].as<bool>();
  due.is_conversation_muted = row[21].as<bool>();
  due.conversation_muted_until = optional_time_in(row[22]);
  if (!row[23].is_null()) due.read.emplace(position_in(row, 23));
  due.title = optional_text_in(row[25]);
  due.author_name = text_in(row[26]);
  due.locale = text_in(row[27]);
  return due;
}

}  // namespace

/// A round is at most one message of each conversation, so that no row is changed twice by one statement.
PostgresNotificationStore::PostgresNotificationStore(PostgresPool& pool, const NotificationStoreOptions& options)
    : NotificationChanges(options),
      take_(
          std::string("WITH m AS (SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[],"
                      " $7::text[]) AS m (conversation_id, author_id, epoch, sequence, arrived_at, preview)),"
                      " wrote AS (UPDATE notification AS n SET") +
          kWroteThemselves +
          ", last_epoch = m.epoch, last_sequence = m.sequence FROM m WHERE n.notifier = $1"
          " AND n.conversation_id = m.conversation_id AND n.person_id = m.author_id"
          " AND (n.last_epoch, n.last_sequence) < (m.epoch, m.sequence) RETURNING 1),"
          " widened AS (INSERT INTO notification AS n (notifier, person_id, conversation_id, state, due_at, last_epoch,"
          " last_sequence, arrived_at, count, author_id, has_several_authors, preview)"
          " SELECT $1, p.person_id, m.conversation_id, 'due', m.arrived_at + $8::bigint, m.epoch, m.sequence,"
          " m.arrived_at, 1, m.author_id, false, m.preview FROM m JOIN member_view AS p USING (conversation_id)" +
          (options.needs_link ? " JOIN notifier_link AS l ON l.notifier = $1 AND l.person_id = p.person_id"
                                " AND l.address IS NOT NULL"
                              : "") +
          " WHERE p.person_id <> m.author_id ORDER BY p.person_id, m.conversation_id"
          " ON CONFLICT (notifier, person_id, conversation_id) DO UPDATE SET" +
          widening(options.times) +
          " RETURNING 1) SELECT (SELECT count(*) FROM wrote) + (SELECT count(*) FROM widened)"),
      session_(pool) {}

Result<std::uint64_t> PostgresNotificationStore::change(std::span<const Statement> statements) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<std::uint64_t> {
    std::uint64_t first = 0;
    for (std::size_t index = 0; index < statements.size(); ++index) {
      std::vector<std::string> values;
      for (const Value& value : statements[index].values) values.push_back(text_of(value));
      const auto changed = transaction.execute_with(statements[index].sql, values).affected_rows();
      if (index > 0) continue;
      first = changed;
      if (first == 0) break;
    }
    return first;
  });
}

Result<std::uint64_t> PostgresNotificationStore::take(std::span<const Arrival> arrivals) {
  std::map<Uuid, std::size_t> places;
  std::vector<std::vector<const Arrival*>> rounds;
  for (const Arrival& arrival : arrivals) {
    const std::size_t place = places[arrival.conversation]++;
    if (rounds.size() == place) rounds.emplace_back();
    rounds[place].push_back(&arrival);
  }
  return session_.write([&](PostgresTransaction& transaction) -> Result<std::uint64_t> {
    std::uint64_t rows = 0;
    for (const auto& round : rounds) rows += take_round(transaction, round);
    return rows;
  });
}

std::uint64_t PostgresNotificationStore::take_round(PostgresTransaction& transaction,
                                                    const std::vector<const Arrival*>& round) {
  std::vector<Uuid> conversations;
  std::vector<Uuid> authors;
  std::vector<Uuid> epochs;
  std::vector<std::int64_t> sequences;
  std::vector<std::int64_t> times;
  std::vector<std::string> previews;
  for (const Arrival* const arrival : round) {
    conversations.push_back(arrival->conversation);
    authors.push_back(arrival->author);
    epochs.push_back(arrival->position.epoch);
    sequences.push_back(to_parameter(arrival->position.sequence));
    times.push_back(to_parameter(arrival->at));
    previews.push_back(arrival->preview);
  }
  return count_in(transaction.execute(take_, options().notifier, conversations, authors, epochs, sequences, times,
                                      previews, options().times.grace.count())[0][0]);
}

Result<std::vector<DueNotification>> PostgresNotificationStore::claim(TimePoint now, std::chrono::milliseconds lease,
                                                                      std::size_t limit) {
  const auto any = session_.read([&](PostgresTransaction& transaction) -> Result<bool> {
    return transaction
        .execute(kAny, options().notifier, now, micros(now), micros(now + kAnotherClock), !options().needs_link)[0][0]
        .as<bool>();
  });
  if (!any) return any.error();
  if (!*any) return std::vector<DueNotification>{};
  return session_.write([&](PostgresTransaction& transaction) -> Result<std::vector<DueNotification>> {
    std::vector<DueNotification> claimed;
    const TimePoint until = next_lease(now, lease);
    const auto taken = transaction.execute(kLease, options().notifier, now, micros(now), micros(now + kAnotherClock),
                                           !options().needs_link, options().holder, until, limit, kLookedThrough);
    if (taken.affected_rows() == 0) return claimed;
    for (const pqxx::row& row : transaction.execute(kClaimedFacts, options().notifier, options().holder, until)) {
      claimed.push_back(due_in(row));
      if (!options().needs_link) claimed.back().address.emplace(claimed.back().person.to_string());
    }
    return claimed;
  });
}

Result<std::optional<TimePoint>> PostgresNotificationStore::next_due(TimePoint now) {
  return session_.read([&](PostgresTransaction& transaction) -> Result<std::optional<TimePoint>> {
    return optional_time_in(
        transaction.execute("SELECT min(greatest(due_at, lease_until)) FROM notification"
                            " WHERE notifier = $1 AND state <> 'idle' AND (due_at > $2 OR lease_until > $2)",
                            options().notifier, now)[0][0]);
  });
}

Result<Begun> PostgresNotificationStore::begin(const DueNotification& due, bool is_change,
                                               std::span<const TokenBucket> buckets, TimePoint now,
                                               std::chrono::milliseconds lease) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<Begun> {
    const std::vector<BucketLevel> levels = lock_levels(transaction, buckets);
    std::vector<std::string> names;
    std::vector<std::int64_t> next;
    for (std::size_t index = 0; index < buckets.size(); ++index) {
      const TimePoint ready = ready_at(buckets[index], levels[index], now);
      if (ready > now) return Begun{.outcome = Begun::Outcome::kWait, .until = ready, .bucket = buckets[index].name};
      names.push_back(buckets[index].name);
      next.push_back(take_token(buckets[index], levels[index], now).next_at);
    }
    const Statement mark = mark_sending(due, is_change, now + lease);
    const auto marked = change({&mark, 1});  // a part of this transaction
    if (!marked) return marked.error();
    if (*marked == 0) return Begun{.outcome = Begun::Outcome::kLost};
    if (!names.empty()) {
      transaction.execute(
          "UPDATE notifier_bucket AS b SET next_at = taken.next_at FROM unnest($2::text[], $3::bigint[])"
          " AS taken (name, next_at) WHERE b.notifier = $1 AND b.name = taken.name",
          options().notifier, names, next);
    }
    return Begun{};
  });
}

/// In the order of `buckets`. Each is there afterwards, and nobody else's until the end of the transaction.
std::vector<BucketLevel> PostgresNotificationStore::lock_levels(PostgresTransaction& transaction,
                                                                std::span<const TokenBucket> buckets) {
  static const std::string kLock =
      "SELECT name, next_at, blocked_until FROM notifier_bucket WHERE notifier = $1 AND name = ANY ($2::text[])"
      " ORDER BY name FOR UPDATE";
  std::vector<BucketLevel> levels(buckets.size());
  if (buckets.empty()) return levels;
  std::vector<std::string> names;
  for (const TokenBucket& bucket : buckets) names.push_back(bucket.name);
  std::ranges::sort(names);
  auto rows = transaction.execute(kLock, options().notifier, names);
  if (static_cast<std::size_t>(rows.size()) < names.size()) {
    transaction.execute(
        "INSERT INTO notifier_bucket (notifier, name, next_at) SELECT $1, name, 0 FROM unnest($2::text[]) AS name"
        " ON CONFLICT DO NOTHING",
        options().notifier, names);
    rows = transaction.execute(kLock, options().notifier, names);
  }
  for (const pqxx::row& row : rows) {
    const auto found = std::ranges::find(buckets, text_in(row[0]), &TokenBucket::name);
    if (found == buckets.end()) continue;
    levels[static_cast<std::size_t>(found - buckets.begin())] = {.next_at = row[1].as<std::int64_t>(),
                                                                 .blocked_until = time_in(row[2])};
  }
  return levels;
}

Result<std::uint64_t> PostgresNotificationStore::waiting() {
  return session_.read([&](PostgresTransaction& transaction) -> Result<std::uint64_t> {
    return count_in(transaction.execute("SELECT count(*) FROM notification WHERE notifier = $1 AND state <> 'idle'",
                                        options().notifier)[0][0]);
  });
}

}  // namespace fanfare::workers::store
