#pragma once
// What both adapters of NotificationStore have in common: every change of a row that is one statement, or a few that go
// together, in SQL that both databases understand. Owned like the store. Promise: a change that depends on the lease
// says so in its first statement, and if that finds no row nothing else is done.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "workers/store/notification_store.hpp"

namespace fanfare::workers::store {

/// Values are $1, $2, …; NULL is in none of them.
struct NotificationStatement {
  using Value = std::variant<std::int64_t, std::string, bool>;

  const std::string& sql;  ///< a constant of the program
  std::vector<Value> values;
};

class NotificationChanges : public NotificationStore {
 public:
  explicit NotificationChanges(NotificationStoreOptions options) : options_(std::move(options)) {}

  runtime::Result<bool> postpone(const DueNotification& due, common::TimePoint until) final;
  runtime::Result<bool> suppress(const DueNotification& due, common::TimePoint now) final;
  runtime::Result<bool> told(const DueNotification& due, const ToldOutcome& outcome) final;
  runtime::Result<bool> unknown(const DueNotification& due, common::TimePoint now) final;
  runtime::Result<bool> not_told(const DueNotification& due, common::TimePoint until, bool can_change) final;
  runtime::Result<bool> give_up(const DueNotification& due, common::TimePoint now) final;
  runtime::Result<bool> move_link(const DueNotification& due, const std::string& address) final;
  runtime::Result<bool> end_link(const DueNotification& due, const std::string& reason, common::TimePoint now) final;
  runtime::Result<void> block(const std::string& bucket, common::TimePoint until) final;
  runtime::Result<std::uint64_t> sweep_sending(common::TimePoint now) final;
  runtime::Result<SweptNotifications> sweep(common::TimePoint before) final;
  runtime::Result<void> fix_clock(common::TimePoint now, bool is_certain) final;

 protected:
  using Statement = NotificationStatement;
  using Value = NotificationStatement::Value;

  /// Runs them in one transaction and returns how many rows the first one has changed; the others not if that is none.
  [[nodiscard]] virtual runtime::Result<std::uint64_t> change(std::span<const Statement> statements) = 0;

  [[nodiscard]] const NotificationStoreOptions& options() const { return options_; }

  /// When the leases of the next claim end: not as those of any before, so that they are told apart.
  [[nodiscard]] common::TimePoint next_lease(common::TimePoint now, std::chrono::milliseconds lease);

  /// Marks a claimed row as being sent.
  [[nodiscard]] Statement mark_sending(const DueNotification& due, bool is_change, common::TimePoint lease_until) const;

 private:
  [[nodiscard]] Statement of(const DueNotification& due, const std::string& sql,
                             std::initializer_list<Value> more) const;
  [[nodiscard]] runtime::Result<bool> change_one(const Statement& statement);

  const NotificationStoreOptions options_;
  common::TimePoint last_lease_ = {};
};

// What the adapters ask in the same words.

/// $1 notifier, $2 holder, $3 lease_until: the claimed rows and all facts about them.
inline constexpr const char* kClaimedFacts =
    "SELECT n.person_id, n.conversation_id, n.last_epoch, n.last_sequence, n.arrived_at, n.count, n.author_id,"
    " n.has_several_authors, n.preview, n.told_at, n.changed_at, n.told_epoch, n.told_sequence, n.told_count,"
    " n.told_message, l.address, l.muted_until, l.quiet_from, l.quiet_until, l.zone, m.person_id IS NOT NULL,"
    " u.person_id IS NOT NULL, u.until, r.epoch, r.sequence, c.title, a.display_name, s.locale"
    " FROM notification AS n"
    " LEFT JOIN notifier_link AS l ON l.notifier = n.notifier AND l.person_id = n.person_id"
    " LEFT JOIN member_view AS m ON m.person_id = n.person_id AND m.conversation_id = n.conversation_id"
    " LEFT JOIN mute_view AS u ON u.person_id = n.person_id AND u.conversation_id = n.conversation_id"
    " LEFT JOIN read_view AS r ON r.person_id = n.person_id AND r.conversation_id = n.conversation_id"
    " LEFT JOIN conversation_view AS c ON c.id = n.conversation_id"
    " LEFT JOIN person_view AS a ON a.id = n.author_id"
    " LEFT JOIN locale_view AS s ON s.person_id = n.person_id"
    " WHERE n.notifier = $1 AND n.holder = $2 AND n.holder <> '' AND n.lease_until = $3 AND n.state = 'due'"
    " ORDER BY n.due_at, n.person_id";

/// What a row becomes when a message comes, behind `ON CONFLICT … DO UPDATE`: the row is `n`, the message `excluded`.
[[nodiscard]] std::string widening(const NotifyTimes& times);

/// What a row becomes when its person writes in that conversation. Of the row `n`.
inline constexpr const char* kWroteThemselves =
    " state = CASE n.state WHEN 'sending' THEN 'sending' ELSE 'idle' END,"
    " holder = CASE n.state WHEN 'sending' THEN n.holder ELSE '' END,"
    " lease_until = CASE n.state WHEN 'sending' THEN n.lease_until ELSE 0 END,"
    " count = 0, sending_count = 0, told_count = 0, told_message = ''";

/// Before $2, in microseconds $3 (both now), no bucket `b` of a due row has anything. $4: later ones are of another
/// clock.
inline constexpr const char* kBucketWaits = " (b.blocked_until > $2 OR (b.next_at > $3 AND b.next_at < $4)) ";

}  // namespace fanfare::workers::store
