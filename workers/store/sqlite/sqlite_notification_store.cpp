#include "workers/store/sqlite/sqlite_notification_store.hpp"

#include <SQLiteCpp/Column.h>

#include <algorithm>

#include "workers/store/sqlite/sqlite_message_rows.hpp"
#include "workers/store/sqlite/sqlite_rows.hpp"

namespace fanfare::workers::store {
namespace {

using common::TimePoint;
using runtime::Result;

constexpr std::chrono::minutes kAnotherClock{10};

// The index of what is due is used only where its own condition is said, too.
// $1 notifier, $2 now, $3 now in microseconds, $4 those of another clock, $5 needs no link
const std::string kDueRows =
    " FROM notification AS n LEFT JOIN notifier_link AS l ON l.notifier = n.notifier AND l.person_id = n.person_id"
    " LEFT JOIN notifier_bucket AS b ON b.notifier = n.notifier"
    " AND b.name = coalesce(l.address, CASE WHEN $5 THEN n.person_id END)"
    " WHERE n.notifier = $1 AND n.state = 'due' AND n.state <> 'idle' AND n.due_at <= $2 AND n.lease_until <= $2"
    " AND (b.name IS NULL OR NOT" +
    std::string(kBucketWaits) +
    ") AND NOT EXISTS (SELECT 1 FROM notifier_bucket AS b WHERE b.notifier = $1 AND b.name = 'all'"
    " AND b.blocked_until > $2)";

/// SQLite numbers its parameters with a question mark.
std::string with_question_marks(std::string sql) {
  std::ranges::replace(sql, '$', '?');
  return sql;
}

void bind(SQLite::Statement& statement, int index, const NotificationStatement::Value& value) {
  if (const auto* const number = std::get_if<std::int64_t>(&value)) {
    statement.bind(index, *number);
  } else if (const auto* const text = std::get_if<std::string>(&value)) {
    statement.bind(index, *text);
  } else {
    statement.bind(index, std::get<bool>(value) ? 1 : 0);
  }
}

std::int64_t micros(TimePoint time) { return std::chrono::microseconds(time.time_since_epoch()).count(); }

/// Of kDueRows, without $5.
void bind_now(SQLite::Statement& statement, const std::string& notifier, TimePoint now) {
  statement.bind(1, notifier);
  bind_time(statement, 2, now);
  statement.bind(3, micros(now));
  statement.bind(4, micros(now + kAnotherClock));
}

std::optional<TimePoint> optional_time_at(SQLite::Statement& statement, int column) {
  std::optional<TimePoint> time;
  if (!statement.isColumnNull(column)) time.emplace(time_at(statement, column));
  return time;
}

/// Of kClaimedFacts.
DueNotification due_at(SQLite::Statement& row) {
  DueNotification due{.person = id_at(row, 0),
                      .conversation = id_at(row, 1),
                      .up_to = position_at(row, 2),
                      .arrived_at = time_at(row, 4),
                      .count = count_at(row, 5),
                      .author = id_at(row, 6),
                      .has_several_authors = row.getColumn(7).getInt() != 0,
                      .preview = row.getColumn(8).getString()};
  if (!row.isColumnNull(9)) {
    due.told.emplace(ToldNotification{.at = time_at(row, 9),
                                      .changed_at = time_at(row, 10),
                                      .up_to = position_at(row, 11),
                                      .count = count_at(row, 13),
                                      .message = row.getColumn(14).getString()});
  }
  if (!row.isColumnNull(15)) due.address.emplace(row.getColumn(15).getString());
  due.muted_until = optional_time_at(row, 16);
  if (!row.isColumnNull(17) && !row.isColumnNull(18)) {
    due.quiet.emplace(
        QuietHours{row.getColumn(17).getInt(), row.getColumn(18).getInt(), row.getColumn(19).getString()});
  }
  due.is_member = row.getColumn(20).getInt() != 0;
  due.is_conversation_muted = row.getColumn(21).getInt() != 0;
  due.conversation_muted_until = optional_time_at(row, 22);
  if (!row.isColumnNull(23)) due.read.emplace(position_at(row, 23));
  if (!row.isColumnNull(25)) due.title.emplace(row.getColumn(25).getString());
  due.author_name = row.getColumn(26).getString();
  due.locale = row.getColumn(27).getString();
  return due;
}

}  // namespace

SqliteNotificationStore::SqliteNotificationStore(SqliteConnection connection, const NotificationStoreOptions& options)
    : NotificationChanges(options),
      widen_(
          std::string("INSERT INTO notification AS n (notifier, person_id, conversation_id, state, due_at, last_epoch,"
                      " last_sequence, arrived_at, count, author_id, has_several_authors, preview)"
                      " SELECT ?1, m.person_id, ?2, 'due', ?3, ?4, ?5, ?6, 1, ?7, 0, ?8 FROM member_view AS m") +
          (options.needs_link ? " JOIN notifier_link AS l ON l.notifier = ?1 AND l.person_id = m.person_id"
                                " AND l.address IS NOT NULL"
                              : "") +
          " WHERE m.conversation_id = ?2 AND m.person_id <> ?7"
          " ON CONFLICT (notifier, person_id, conversation_id) DO UPDATE SET" +
          widening(options.times)),
      connection_(std::move(connection)) {}

Result<std::uint64_t> SqliteNotificationStore::change(std::span<const Statement> statements) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<std::uint64_t> {
    std::uint64_t first = 0;
    for (std::size_t index = 0; index < statements.size(); ++index) {
      auto& statement = transaction.statement(with_question_marks(statements[index].sql));
      for (std::size_t value = 0; value < statements[index].values.size(); ++value) {
        bind(statement, static_cast<int>(value) + 1, statements[index].values[value]);
      }
      const std::uint64_t changed = execute_and_count(statement);
      if (index > 0) continue;
      first = changed;
      if (first == 0) break;
    }
    return first;
  });
}

Result<std::uint64_t> SqliteNotificationStore::take(std::span<const Arrival> arrivals) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<std::uint64_t> {
    std::uint64_t rows = 0;
    for (const Arrival& arrival : arrivals) rows += take_one(transaction, arrival);
    return rows;
  });
}

std::uint64_t SqliteNotificationStore::take_one(SqliteTransaction& transaction, const Arrival& arrival) {
  static const std::string kWrote =
      std::string("UPDATE notification AS n SET") + kWroteThemselves +
      ", last_epoch = ?4, last_sequence = ?5 WHERE notifier = ?1 AND conversation_id = ?2 AND person_id = ?3"
      " AND (last_epoch, last_sequence) < (?4, ?5)";
  auto& wrote = transaction.statement(kWrote);
  wrote.bind(1, options().notifier);
  bind_id(wrote, 2, arrival.conversation);
  bind_id(wrote, 3, arrival.author);
  bind_position(wrote, 4, arrival.position);
  const std::uint64_t ended = execute_and_count(wrote);
  auto& widen = transaction.statement(widen_);
  widen.bind(1, options().notifier);
  bind_id(widen, 2, arrival.conversation);
  bind_time(widen, 3, arrival.at + options().times.grace);
  bind_position(widen, 4, arrival.position);
  bind_time(widen, 6, arrival.at);
  bind_id(widen, 7, arrival.author);
  widen.bind(8, arrival.preview);
  return ended + execute_and_count(widen);
}

Result<std::vector<DueNotification>> SqliteNotificationStore::claim(TimePoint now, std::chrono::milliseconds lease,
                                                                    std::size_t limit) {
  static const std::string kAny = with_question_marks("SELECT EXISTS (SELECT 1" + kDueRows + ")");
  // The file's one writer is not bothered for nothing.
  const auto any = connection_.read([&](SqliteTransaction& transaction) -> Result<bool> {
    auto& select = transaction.statement(kAny);
    bind_now(select, options().notifier, now);
    select.bind(5, options().needs_link ? 0 : 1);
    return select.executeStep() && select.getColumn(0).getInt() != 0;
  });
  if (!any) return any.error();
  if (!*any) return std::vector<DueNotification>{};
  return connection_.write([&](SqliteTransaction& transaction) -> Result<std::vector<DueNotification>> {
    const TimePoint until = next_lease(now, lease);
    if (!lease_rows(transaction, now, until, limit)) return std::vector<DueNotification>{};
    return leased(transaction, until);
  });
}

bool SqliteNotificationStore::lease_rows(SqliteTransaction& transaction, TimePoint now, TimePoint until,
                                         std::size_t limit) {
  static const std::string kLease = with_question_marks(
      "UPDATE notification SET holder = $6, lease_until = $7 WHERE notifier = $1 AND (person_id, conversation_id) IN"
      " (SELECT person_id, conversation_id FROM (SELECT n.person_id, n.conversation_id, n.due_at,"
      " row_number() OVER (PARTITION BY n.person_id ORDER BY n.due_at) AS place" +
      kDueRows + ") WHERE place = 1 ORDER BY due_at LIMIT $8)");
  auto& update = transaction.statement(kLease);
  bind_now(update, options().notifier, now);
  update.bind(5, options().needs_link ? 0 : 1);
  update.bind(6, options().holder);
  bind_time(update, 7, until);
  bind_count(update, 8, limit);
  return execute_and_count(update) > 0;
}

std::vector<DueNotification> SqliteNotificationStore::leased(SqliteTransaction& transaction, TimePoint until) {
  static const std::string kFacts = with_question_marks(kClaimedFacts);
  auto& select = transaction.statement(kFacts);
  select.bind(1, options().notifier);
  select.bind(2, options().holder);
  bind_time(select, 3, until);
  std::vector<DueNotification> claimed;
  while (select.executeStep()) {
    claimed.push_back(due_at(select));
    if (!options().needs_link) claimed.back().address.emplace(claimed.back().person.to_string());
  }
  return claimed;
}

Result<std::optional<TimePoint>> SqliteNotificationStore::next_due(TimePoint now) {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<std::optional<TimePoint>> {
    auto& select = transaction.statement(
        "SELECT min(CASE WHEN due_at > lease_until THEN due_at ELSE lease_until END) FROM notification"
        " WHERE notifier = ?1 AND state <> 'idle' AND (due_at > ?2 OR lease_until > ?2)");
    select.bind(1, options().notifier);
    bind_time(select, 2, now);
    select.executeStep();
    return optional_time_at(select, 0);
  });
}

Result<Begun> SqliteNotificationStore::begin(const DueNotification& due, bool is_change,
                                             std::span<const TokenBucket> buckets, TimePoint now,
                                             std::chrono::milliseconds lease) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<Begun> {
    std::vector<BucketLevel> levels;
    for (const TokenBucket& bucket : buckets) {
      levels.push_back(level_of(transaction, bucket.name));
      const TimePoint ready = ready_at(bucket, levels.back(), now);
      if (ready > now) return Begun{.outcome = Begun::Outcome::kWait, .until = ready, .bucket = bucket.name};
    }
    const Statement mark = mark_sending(due, is_change, now + lease);
    const auto marked = change({&mark, 1});  // a part of this transaction
    if (!marked) return marked.error();
    if (*marked == 0) return Begun{.outcome = Begun::Outcome::kLost};
    for (std::size_t index = 0; index < buckets.size(); ++index) {
      set_level(transaction, buckets[index].name, take_token(buckets[index], levels[index], now));
    }
    return Begun{};
  });
}

BucketLevel SqliteNotificationStore::level_of(SqliteTransaction& transaction, const std::string& bucket) {
  auto& select =
      transaction.statement("SELECT next_at, blocked_until FROM notifier_bucket WHERE notifier = ? AND name = ?");
  select.bind(1, options().notifier);
  select.bind(2, bucket);
  if (!select.executeStep()) return {};
  return {.next_at = select.getColumn(0).getInt64(), .blocked_until = time_at(select, 1)};
}

void SqliteNotificationStore::set_level(SqliteTransaction& transaction, const std::string& bucket,
                                        const BucketLevel& level) {
  auto& upsert = transaction.statement(
      "INSERT INTO notifier_bucket (notifier, name, next_at) VALUES (?, ?, ?)"
      " ON CONFLICT (notifier, name) DO UPDATE SET next_at = excluded.next_at");
  upsert.bind(1, options().notifier);
  upsert.bind(2, bucket);
  upsert.bind(3, level.next_at);
  execute(upsert);
}

Result<std::uint64_t> SqliteNotificationStore::waiting() {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<std::uint64_t> {
    auto& select = transaction.statement("SELECT count(*) FROM notification WHERE notifier = ? AND state <> 'idle'");
    select.bind(1, options().notifier);
    select.executeStep();
    return count_at(select, 0);
  });
}

Result<std::unique_ptr<NotificationStore>> open_sqlite_notification_store(const std::filesystem::path& file,
                                                                          std::chrono::milliseconds patience,
                                                                          const NotificationStoreOptions& options) {
  auto connection = SqliteConnection::open(file, {.busy_timeout = patience});
  if (!connection) return connection.error();
  return std::unique_ptr<NotificationStore>(std::make_unique<SqliteNotificationStore>(*std::move(connection), options));
}

}  // namespace fanfare::workers::store
