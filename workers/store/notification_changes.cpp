// A message that comes while its row is idle begins it anew; while it is due, or leased, it is counted; while it is
// being sent it is counted for the next time: begin() has moved what is sent from `count` to `sending_count`. So an
// outcome never takes away what came after its claim. Whoever ends a row under its holder's hands (who wrote, a link
// that ended) clears `holder` or `sending_count`, and the holder finds that out with its next statement.

#include "workers/store/notification_changes.hpp"

#include <utility>

namespace fanfare::workers::store {
namespace {

using common::TimePoint;
using runtime::Result;
using std::chrono::milliseconds;

/// Longer than any lease, and what a flood wait may last on another clock.
constexpr milliseconds kLongestWait{60'000};

const std::string kMine =
    " WHERE notifier = $1 AND person_id = $2 AND conversation_id = $3 AND holder = $4 AND state = ";

const std::string kFree = " holder = '', lease_until = 0";

const std::string kPostpone = "UPDATE notification SET due_at = $5," + kFree + kMine + "'due'";

const std::string kSuppress =
    "UPDATE notification SET state = CASE WHEN count > $5 THEN 'due' ELSE 'idle' END, count = count - $5, due_at = $6,"
    " told_count = 0, told_message = ''," +
    kFree + kMine + "'due'";

const std::string kSend =
    "UPDATE notification SET state = 'sending', lease_until = $5, sending_count = $6, sending_epoch = $7,"
    " sending_sequence = $8, sending_is_change = $9, count = count - $6" +
    kMine + "'due'";

const std::string kRest =
    "UPDATE notification SET state = CASE WHEN count > 0 THEN 'due' ELSE 'idle' END, sending_count = 0," + kFree;

const std::string kTold =
    kRest +
    ", due_at = $5, told_at = $6, changed_at = $7, told_epoch = sending_epoch, told_sequence = sending_sequence,"
    " told_count = CASE WHEN sending_count = 0 THEN 0 ELSE CAST($8 AS bigint) END,"
    " told_message = CASE WHEN sending_count = 0 THEN '' ELSE $9 END" +
    kMine + "'sending'";

const std::string kRemember =
    "INSERT INTO notification_message AS known (notifier, address, message, person_id, conversation_id, epoch,"
    " sequence, sent_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    " ON CONFLICT (notifier, address, message) DO UPDATE SET person_id = excluded.person_id,"
    " conversation_id = excluded.conversation_id, epoch = excluded.epoch, sequence = excluded.sequence,"
    " sent_at = excluded.sent_at";

/// $2 now, $3 and $4: when the rest is due after a new notification and after a change.
const std::string kUnknown =
    kRest +
    ", due_at = CASE WHEN sending_is_change THEN CAST($4 AS bigint) ELSE CAST($3 AS bigint) END,"
    " told_at = CASE WHEN sending_is_change THEN told_at ELSE $2 END, changed_at = $2,"
    " told_epoch = sending_epoch, told_sequence = sending_sequence,"
    " told_message = CASE WHEN sending_is_change THEN told_message ELSE '' END,"
    " told_count = CASE WHEN sending_is_change THEN told_count ELSE 0 END + sending_count"
    " WHERE notifier = $1 AND state = 'sending' AND state <> 'idle' AND ";  // SQLite's index wants to hear it

const std::string kUnknownOne = kUnknown + "person_id = $5 AND conversation_id = $6 AND holder = $7";
const std::string kUnknownLate = kUnknown + "lease_until <= $2";

const std::string kNotTold =
    "UPDATE notification SET state = CASE WHEN count + sending_count > 0 THEN 'due' ELSE 'idle' END, due_at = $5,"
    " arrived_at = CASE WHEN sending_count > 0 THEN $6 ELSE arrived_at END, count = count + sending_count,"
    " sending_count = 0, told_message = CASE WHEN $7 THEN told_message ELSE '' END," +
    kFree + kMine + "'sending'";

const std::string kGiveUp = kRest + ", due_at = $5" + kMine + "'sending'";

const std::string kMove =
    "UPDATE notifier_link SET address = $4 WHERE notifier = $1 AND person_id = $2 AND address = $3"
    " AND NOT EXISTS (SELECT 1 FROM notifier_link AS other WHERE other.notifier = $1 AND other.address = $4)";

const std::string kEndLink =
    "UPDATE notifier_link SET address = NULL, ended = $4, changed_at = $5"
    " WHERE notifier = $1 AND person_id = $2 AND address = $3";

const std::string kEndAll =
    "UPDATE notification SET state = 'idle', count = 0, sending_count = 0, told_count = 0, told_message = ''," + kFree +
    " WHERE notifier = $1 AND person_id = $2 AND (state <> 'idle' OR told_count > 0)";

const std::string kBlock =
    "INSERT INTO notifier_bucket AS b (notifier, name, next_at, blocked_until) VALUES ($1, $2, 0, $3)"
    " ON CONFLICT (notifier, name) DO UPDATE SET blocked_until = excluded.blocked_until"
    " WHERE b.blocked_until < excluded.blocked_until";

const std::string kSweepRows =
    "DELETE FROM notification WHERE notifier = $1 AND state = 'idle' AND arrived_at < $2 AND changed_at < $2";
const std::string kSweepMessages = "DELETE FROM notification_message WHERE notifier = $1 AND sent_at < $2";
const std::string kSweepBuckets =
    "DELETE FROM notifier_bucket WHERE notifier = $1 AND blocked_until < $2 AND next_at < $3";

/// $2 now, $3 now and the grace, $4 now and the longest wait.
const std::string kFixRows =
    "UPDATE notification SET due_at = CASE WHEN due_at > $3 THEN $3 ELSE due_at END,"
    " lease_until = CASE WHEN lease_until > $4 THEN $4 ELSE lease_until END,"
    " told_at = CASE WHEN told_at > $2 THEN $2 ELSE told_at END,"
    " changed_at = CASE WHEN changed_at > $2 THEN $2 ELSE changed_at END"
    " WHERE notifier = $1 AND (due_at > $3 OR lease_until > $4 OR told_at > $2 OR changed_at > $2)";
const std::string kFixBuckets =
    "UPDATE notifier_bucket SET blocked_until = $2 WHERE notifier = $1 AND blocked_until > $2";

std::int64_t number(std::uint64_t count) { return static_cast<std::int64_t>(count); }
std::int64_t number(TimePoint time) { return time.time_since_epoch().count(); }
std::int64_t micros(TimePoint time) { return std::chrono::microseconds(time.time_since_epoch()).count(); }

}  // namespace

std::string widening(const NotifyTimes& times) {
  const std::string window = std::to_string(times.window.count());
  const std::string window_is_open = "(n.told_at IS NOT NULL AND n.told_at + " + window + " > excluded.arrived_at)";
  const std::string can_change = "(n.told_count > 0 AND n.told_message <> '')";
  const std::string changes_at = "n.changed_at + " + std::to_string(times.change_every.count());
  const std::string window_ends = "n.told_at + " + window;
  const auto later = [](const std::string& a, const std::string& b) {
    return " CASE WHEN " + a + " > " + b + " THEN " + a + " ELSE " + b + " END";
  };
  return " state = CASE n.state WHEN 'sending' THEN 'sending' ELSE 'due' END, due_at = CASE WHEN n.state <> 'idle'"
         " THEN n.due_at WHEN NOT " +
         window_is_open + " THEN excluded.due_at WHEN " + can_change + " THEN" +
         later("excluded.arrived_at", changes_at) + " ELSE" + later("excluded.due_at", window_ends) +
         " END, arrived_at = CASE WHEN n.count = 0 THEN excluded.arrived_at ELSE n.arrived_at END,"
         " last_epoch = excluded.last_epoch, last_sequence = excluded.last_sequence, count = n.count + 1,"
         " has_several_authors = (n.count > 0 OR n.sending_count > 0 OR (" +
         window_is_open + " AND " + can_change +
         ")) AND (n.has_several_authors OR n.author_id <> excluded.author_id),"
         " author_id = excluded.author_id, preview = excluded.preview"
         " WHERE (excluded.last_epoch, excluded.last_sequence) > (n.last_epoch, n.last_sequence)";
}

NotificationChanges::Statement NotificationChanges::of(const DueNotification& due, const std::string& sql,
                                                       std::initializer_list<Value> more) const {
  Statement statement{sql, {options_.notifier, due.person.to_string(), due.conversation.to_string(), options_.holder}};
  statement.values.insert(statement.values.end(), more);
  return statement;
}

Result<bool> NotificationChanges::change_one(const Statement& statement) {
  const auto changed = change({&statement, 1});
  if (!changed) return changed.error();
  return *changed > 0;
}

TimePoint NotificationChanges::next_lease(TimePoint now, milliseconds lease) {
  last_lease_ = now + lease == last_lease_ ? last_lease_ + milliseconds(1) : now + lease;
  return last_lease_;
}

NotificationChanges::Statement NotificationChanges::mark_sending(const DueNotification& due, bool is_change,
                                                                 TimePoint lease_until) const {
  return of(
      due, kSend,
      {number(lease_until), number(due.count), due.up_to.epoch.to_string(), number(due.up_to.sequence), is_change});
}

Result<bool> NotificationChanges::postpone(const DueNotification& due, TimePoint until) {
  return change_one(of(due, kPostpone, {number(until)}));
}

Result<bool> NotificationChanges::suppress(const DueNotification& due, TimePoint now) {
  return change_one(of(due, kSuppress, {number(due.count), number(now)}));
}

Result<bool> NotificationChanges::told(const DueNotification& due, const ToldOutcome& outcome) {
  const bool adds = outcome.is_change && due.told;
  const TimePoint began = adds ? due.told->at : outcome.now;
  const std::uint64_t count = due.count + (adds ? due.told->count : 0);
  const TimePoint rest =
      outcome.message.empty() ? began + options_.times.window : outcome.now + options_.times.change_every;
  std::vector<Statement> statements{
      of(due, kTold, {number(rest), number(began), number(outcome.now), number(count), outcome.message})};
  if (!outcome.message.empty() && due.address) {
    statements.push_back(
        {kRemember,
         {options_.notifier, *due.address, outcome.message, due.person.to_string(), due.conversation.to_string(),
          due.up_to.epoch.to_string(), number(due.up_to.sequence), number(outcome.now)}});
  }
  const auto changed = change(statements);
  if (!changed) return changed.error();
  return *changed > 0;
}

Result<bool> NotificationChanges::unknown(const DueNotification& due, TimePoint now) {
  return change_one(
      {kUnknownOne,
       {options_.notifier, number(now), number(now + options_.times.window), number(now + options_.times.change_every),
        due.person.to_string(), due.conversation.to_string(), options_.holder}});
}

Result<bool> NotificationChanges::not_told(const DueNotification& due, TimePoint until, bool can_change) {
  return change_one(of(due, kNotTold, {number(until), number(due.arrived_at), can_change}));
}

Result<bool> NotificationChanges::give_up(const DueNotification& due, TimePoint now) {
  return change_one(of(due, kGiveUp, {number(now)}));
}

Result<bool> NotificationChanges::move_link(const DueNotification& due, const std::string& address) {
  return change_one({kMove, {options_.notifier, due.person.to_string(), due.address.value_or(std::string()), address}});
}

Result<bool> NotificationChanges::end_link(const DueNotification& due, const std::string& reason, TimePoint now) {
  const std::vector<Statement> statements{
      {kEndLink, {options_.notifier, due.person.to_string(), due.address.value_or(std::string()), reason, number(now)}},
      {kEndAll, {options_.notifier, due.person.to_string()}}};
  const auto changed = change(statements);
  if (!changed) return changed.error();
  return *changed > 0;
}

Result<void> NotificationChanges::block(const std::string& bucket, TimePoint until) {
  const auto changed = change_one({kBlock, {options_.notifier, bucket, number(until)}});
  if (!changed) return changed.error();
  return {};
}

Result<std::uint64_t> NotificationChanges::sweep_sending(TimePoint now) {
  const Statement statement{
      kUnknownLate,
      {options_.notifier, number(now), number(now + options_.times.window), number(now + options_.times.change_every)}};
  return change({&statement, 1});
}

Result<SweptNotifications> NotificationChanges::sweep(TimePoint before) {
  const Statement rows{kSweepRows, {options_.notifier, number(before)}};
  const Statement messages{kSweepMessages, {options_.notifier, number(before)}};
  const Statement buckets{kSweepBuckets, {options_.notifier, number(before), micros(before)}};
  const auto rows_gone = change({&rows, 1});
  if (!rows_gone) return rows_gone.error();
  const auto messages_gone = change({&messages, 1});
  if (!messages_gone) return messages_gone.error();
  const auto buckets_gone = change({&buckets, 1});
  if (!buckets_gone) return buckets_gone.error();
  return SweptNotifications{.rows = *rows_gone, .messages = *messages_gone};
}

Result<void> NotificationChanges::fix_clock(TimePoint now, bool is_certain) {
  const Statement rows{
      kFixRows, {options_.notifier, number(now), number(now + options_.times.grace), number(now + kLongestWait)}};
  const Statement buckets{kFixBuckets, {options_.notifier, number(now + kLongestWait)}};
  const auto fixed = change({&rows, 1});
  if (!fixed) return fixed.error();
  if (!is_certain) return {};
  const auto unblocked = change({&buckets, 1});
  if (!unblocked) return unblocked.error();
  return {};
}

}  // namespace fanfare::workers::store
