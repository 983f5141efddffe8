#pragma once
// Who watches which presence keys, and what each is told: a snapshot, then every change. Whatever happens, snapshot and
// changes together give the truth; who is too slow for that is told to forget all and gets a new snapshot. Owned by the
// core; its thread only.
//
// A snapshot is made in parts, as its watcher takes them. While it is under way changes go on: what a part shows too
// new, a change of a later version says again, so the two may cross.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/core/presence/keys.hpp"
#include "broker/core/presence/snapshot.hpp"
#include "broker/core/subscription_index.hpp"
#include "protocol/commands.hpp"

namespace fanfare::broker::core::presence {

/// The way to a watcher.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual void send(SessionKey watcher, const protocol::PresenceUpdate& update) = 0;
  /// Bytes that it was sent, or that wait for it, and that it has not confirmed.
  [[nodiscard]] virtual std::size_t unconfirmed(SessionKey watcher) const = 0;
};

class Watchers {
 public:
  /// No command to a watcher is larger.
  static constexpr std::size_t kMaxCommand = 64U << 10U;
  /// Names of that many bytes and of as many keys as a turn has make no larger command.
  static constexpr std::size_t kMaxNames = kMaxCommand - 3 * Keys::kTurn;

  /// Who has more than `bound` bytes unconfirmed is told no more changes. Half of it is for snapshots. `turn`: so many
  /// keys are looked at before others have their turn.
  Watchers(Uuid run, std::size_t bound, Outlet& outlet, std::size_t turn = Keys::kTurn)
      : run_(run), bound_(bound), turn_(turn), outlet_(outlet) {}

  /// Bytes of names that one command to a watcher holds at most.
  [[nodiscard]] std::size_t max_names() const { return std::min(kMaxNames, bound_ / 2); }

  [[nodiscard]] std::size_t patterns_of(SessionKey session) const;
  [[nodiscard]] bool watches(SessionKey session, std::string_view pattern) const;
  void watch(SessionKey session, std::string_view pattern);
  void unwatch(SessionKey session, std::string_view pattern);
  /// A snapshot of all that the session watches will follow.
  void want_snapshot(SessionKey session);
  void leave(SessionKey session);

  /// Tells everybody concerned, in one command each. No snapshot may have shown these changes under this version or a
  /// later one.
  void tell(const std::vector<Transition>& changes, std::uint64_t version, bool settling);
  /// Tells everybody that what was not said to be online is offline.
  void tell_settled(std::uint64_t version);
  /// Goes on with snapshots, a turn's worth. `keys` is as it was at `version`.
  void work(const Keys::Map& keys, std::uint64_t version, bool settling);
  /// The session has confirmed something.
  void has_room(SessionKey session);
  /// There is more to do at once.
  [[nodiscard]] bool ready() const { return !queue_.empty(); }

  [[nodiscard]] std::size_t size() const { return watchers_.size(); }
  [[nodiscard]] std::uint64_t resets() const { return resets_; }

 private:
  enum class Stage : std::uint8_t {
    told,      ///< knows all
    wants,     ///< a snapshot
    under_way  ///< with it
  };

  struct Watcher {
    explicit Watcher(ListenerId number) : id(number) {}

    ListenerId id;
    std::set<std::string, std::less<>> patterns;
    SubscriptionIndex index;  ///< of its patterns alone
    Stage stage = Stage::wants;
    bool missed = false;  ///< a change: to be reset
    bool queued = false;
    std::optional<Snapshot> snapshot;
    std::uint64_t version = 0;                     ///< of the snapshot
    std::vector<protocol::PresenceEntry> changes;  ///< that tell() gathers
  };

  void queue(SessionKey session, Watcher& watcher);
  void tell_one(SessionKey session, Watcher& watcher, std::uint64_t version, bool settling);
  /// False: it has no room, or is done.
  [[nodiscard]] bool go_on(SessionKey session, Watcher& watcher, const Keys::Map& keys, std::uint64_t version,
                           bool settling, std::size_t& budget);
  [[nodiscard]] bool may_snapshot(SessionKey session) const { return outlet_.unconfirmed(session) <= bound_ / 2; }

  Uuid run_;
  std::size_t bound_;
  std::size_t turn_;
  Outlet& outlet_;
  std::map<SessionKey, Watcher> watchers_;
  SubscriptionIndex index_;
  std::map<ListenerId, SessionKey> by_id_;
  std::deque<SessionKey> queue_;  // with a snapshot to make, and room
  ListenerId last_id_ = 0;
  std::uint64_t resets_ = 0;
};

}  // namespace fanfare::broker::core::presence
