#pragma once
// The port to whatever tells people: Telegram, a log, later mail and Web Push. When somebody is told, and of what, is
// decided before (notify_service.hpp); a notifier only says it. Called by one thread of the process at a time.
// Promise of an adapter: each call ends by its deadline, and it says kUnknown only if the other side may have got it.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/fanfare/position.hpp"
#include "protocol/fanfare/uuid.hpp"
#include "workers/common/time_point.hpp"
#include "workers/store/token_bucket.hpp"

namespace fanfare::workers::notify {

/// What somebody is told: "3 new messages from NAME in ROOM".
struct Notification {
  Uuid person;
  std::string address;  ///< where; a notifier without links gets the person's id
  std::string locale;   ///< BCP 47; empty: not known
  Uuid conversation;
  std::optional<std::string> title;  ///< of a room
  std::string author;                ///< display name of who wrote the last message
  bool has_several_authors = false;
  std::uint64_t count = 1;
  std::string preview;  ///< of the last message; empty: none is shown
  Position up_to;       ///< the last message
};

/// How it ended.
struct Told {
  enum class Outcome : std::uint8_t {
    kTold,
    kLater,        ///< not sent: this address may be tried again at `until`
    kLaterAll,     ///< not sent: the other side wants nothing from us before `until`
    kUnreachable,  ///< never again: the link has ended, `reason` says why to the person ("blocked")
    kRefused,      ///< this notification can't be said there; others can
    kUnknown,      ///< it may have been said: it is not said again
  };

  Outcome outcome = Outcome::kTold;
  std::string message = {};                 ///< kTold: the notifier's name for it, to change it; empty: it can't be
  std::optional<std::string> address = {};  ///< kTold, kLater: the other side says that it has moved there
  common::TimePoint until = {};             ///< kLater, kLaterAll
  std::string reason = {};                  ///< for the log; kUnreachable: for the person
};

/// Named "all", or after an address. All processes of the notifier share it.
using Bucket = store::TokenBucket;

class Notifier {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  virtual ~Notifier() = default;

  /// Its group, its rows in the database, its label in metrics; a token of a topic.
  [[nodiscard]] virtual std::string name() const = 0;

  /// Whether only who has a link is told; else everybody is.
  [[nodiscard]] virtual bool needs_link() const = 0;

  /// What has to have a token each before something is sent there.
  [[nodiscard]] virtual std::vector<Bucket> buckets(const std::string& address) const = 0;

  [[nodiscard]] virtual Told tell(const Notification& notification, Deadline deadline) = 0;

  /// Changes what was told as `message`; kRefused where that can't be. Nobody's telephone rings.
  [[nodiscard]] virtual Told change(const std::string& message, const Notification& notification,
                                    Deadline deadline) = 0;
};

}  // namespace fanfare::workers::notify
