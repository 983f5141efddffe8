#pragma once
// The port to what people are to be told while they are away: a row for each person and conversation (the tables are in
// migrations/*_notifications.sql). Each thread has a store of its own, of one notifier; calls block while the database
// does, and an error means that nothing was changed. Any number of stores, in any processes, share the rows.
// Promise: a message counts once for each person, however often it comes. A row is worked on by one holder at a time,
// until its lease ends. What was begun is told, or known not to be, or counted as unknown; it is never begun again.
// Tests for every adapter: notification_store_test.cpp.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/fanfare/position.hpp"
#include "protocol/fanfare/uuid.hpp"
#include "runtime/result.hpp"
#include "workers/common/time_point.hpp"
#include "workers/store/token_bucket.hpp"

namespace fanfare::workers::store {

/// When somebody is told.
struct NotifyTimes {
  std::chrono::milliseconds grace{15'000};        ///< a message has to be unread, and the person away, for so long
  std::chrono::milliseconds window{60'000};       ///< one notification of a conversation in so long
  std::chrono::milliseconds change_every{5'000};  ///< which is changed so often at most
};

struct NotificationStoreOptions {
  std::string notifier;
  bool needs_link = true;  ///< else every person is told, at their id
  std::string holder;      ///< of this store's leases; of no other one
  NotifyTimes times = {};
};

/// A message that has come.
struct Arrival {
  Uuid conversation;
  Uuid author;
  Position position;
  common::TimePoint at;
  std::string preview;
};

/// A notification that was told and that its window is not over for, as it may be.
struct ToldNotification {
  common::TimePoint at;          ///< when its window began
  common::TimePoint changed_at;  ///< when it was told or last changed
  Position up_to;                ///< the last message it is about
  std::uint64_t count = 0;       ///< what it says; 0: all of that was read or need not be told
  std::string message;           ///< the notifier's name for it; empty: it can't be changed
};

/// Minutes of the day.
struct QuietHours {
  int from = 0;
  int until = 0;
  std::string zone;  ///< of the IANA time zone database

  bool operator==(const QuietHours&) const = default;
};

/// A claimed row, and all that says whether it is to be told, as of the claim.
struct DueNotification {
  Uuid person;
  Uuid conversation;
  Position up_to;                ///< the last message
  common::TimePoint arrived_at;  ///< the first one that is not told
  std::uint64_t count = 0;       ///< of those that are not told
  Uuid author;                   ///< of the last
  bool has_several_authors = false;
  std::string preview;  ///< of the last
  std::optional<ToldNotification> told = {};

  std::optional<std::string> address = {};  ///< nothing: there is no link
  std::optional<common::TimePoint> muted_until = {};
  std::optional<QuietHours> quiet = {};
  bool is_member = false;
  bool is_conversation_muted = false;
  std::optional<common::TimePoint> conversation_muted_until = {};  ///< nothing: until it is taken back
  std::optional<Position> read = {};
  std::optional<std::string> title = {};  ///< of a room
  std::string author_name;                ///< empty: not known any more
  std::string locale;                     ///< empty: not known
};

/// What became of begin().
struct Begun {
  enum class Outcome : std::uint8_t {
    kBegun,
    kWait,  ///< nothing was changed: `bucket` has a token at `until`
    kLost,  ///< the row is not the holder's any more, or there is nothing left to tell
  };
  Outcome outcome = Outcome::kBegun;
  common::TimePoint until = {};
  std::string bucket = {};
};

/// How a row that was begun ended.
struct ToldOutcome {
  common::TimePoint now;
  bool is_change = false;
  std::string message = {};  ///< to change it by; empty: it can't be
};

/// What sweep() has removed.
struct SweptNotifications {
  std::uint64_t rows = 0;
  std::uint64_t messages = 0;
};

class NotificationStore {
 public:
  virtual ~NotificationStore() = default;

  /// In the order of their positions within a conversation. For all members of it who can be told, but the author,
  /// whose own row ends: who writes has read. What a row has counted already changes nothing. Returns how many rows it
  /// changed.
  [[nodiscard]] virtual runtime::Result<std::uint64_t> take(std::span<const Arrival> arrivals) = 0;

  /// Rows that are due and nobody's, those that have been due longest first, one of a person at most, and none whose
  /// address or `all` (the buckets of those names) has to wait. They are the holder's until now + lease.
  [[nodiscard]] virtual runtime::Result<std::vector<DueNotification>> claim(common::TimePoint now,
                                                                            std::chrono::milliseconds lease,
                                                                            std::size_t limit) = 0;

  /// When claim() may find something next, as far as that is known: later than `now`. Nothing: not known.
  [[nodiscard]] virtual runtime::Result<std::optional<common::TimePoint>> next_due(common::TimePoint now) = 0;

  // Of a claimed row. False: it is not the holder's any more, and nothing was changed.

  /// It is due again at `until`.
  [[nodiscard]] virtual runtime::Result<bool> postpone(const DueNotification& due, common::TimePoint until) = 0;
  /// It is told of nothing up to the last message that was claimed.
  [[nodiscard]] virtual runtime::Result<bool> suppress(const DueNotification& due, common::TimePoint now) = 0;

  /// Takes a token of each bucket and marks the row as being sent, until now + lease; all or nothing.
  [[nodiscard]] virtual runtime::Result<Begun> begin(const DueNotification& due, bool is_change,
                                                     std::span<const TokenBucket> buckets, common::TimePoint now,
                                                     std::chrono::milliseconds lease) = 0;

  // Of a row that was begun; false as above. What came meanwhile is due by itself.

  [[nodiscard]] virtual runtime::Result<bool> told(const DueNotification& due, const ToldOutcome& outcome) = 0;
  /// It may have been told.
  [[nodiscard]] virtual runtime::Result<bool> unknown(const DueNotification& due, common::TimePoint now) = 0;
  /// It was not, and is due again at `until`. `can_change` false: nor can the one before be changed.
  [[nodiscard]] virtual runtime::Result<bool> not_told(const DueNotification& due, common::TimePoint until,
                                                       bool can_change = true) = 0;
  /// It was not, and never is.
  [[nodiscard]] virtual runtime::Result<bool> give_up(const DueNotification& due, common::TimePoint now) = 0;

  /// The other side says that this person is at `address` now. False: another link has it, or this one has changed.
  [[nodiscard]] virtual runtime::Result<bool> move_link(const DueNotification& due, const std::string& address) = 0;

  /// The link of that person to that address has ended, and with it all that they were to be told. False: there is
  /// none.
  [[nodiscard]] virtual runtime::Result<bool> end_link(const DueNotification& due, const std::string& reason,
                                                       common::TimePoint now) = 0;

  /// Of that bucket nobody gets a token before; what was said later holds.
  [[nodiscard]] virtual runtime::Result<void> block(const std::string& bucket, common::TimePoint until) = 0;

  /// Rows whose holder has not said what became of them: they count as unknown. Returns how many.
  [[nodiscard]] virtual runtime::Result<std::uint64_t> sweep_sending(common::TimePoint now) = 0;

  /// Removes what has been idle, and what was told, since before then.
  [[nodiscard]] virtual runtime::Result<SweptNotifications> sweep(common::TimePoint before) = 0;

  /// The clock was set back, or may have been: no row waits for a time that it had before, but for as long as it would
  /// from `now`; then it is decided anew. `is_certain`: nor is a bucket blocked for more than a minute from now.
  [[nodiscard]] virtual runtime::Result<void> fix_clock(common::TimePoint now, bool is_certain) = 0;

  /// How many rows wait or are being sent.
  [[nodiscard]] virtual runtime::Result<std::uint64_t> waiting() = 0;
};

}  // namespace fanfare::workers::store
