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
  runtime::Result<void> fix_clock(common::TimePoint now) final;

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
extern const std::string kClaimedFacts;

/// What a row becomes when a message comes, behind `ON CONFLICT … DO UPDATE`: the row is `n`, the message `excluded`.
[[nodiscard]] std::string widening(const NotifyTimes& times);

/// What a row becomes when its person writes in that conversation. Of the row `n`.
extern const std::string kWroteThemselves;

/// Before $2, in microseconds $3 (both now), no bucket `b` of a due row has anything. $4: later ones are of another
/// clock.
extern const std::string kBucketWaits;

}  // namespace fanfare::workers::store
