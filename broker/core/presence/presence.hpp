#pragma once
// Presence as sessions meet it: the commands, their limits and answers, the versions, and who is told (semantics §12;
// PROTOCOL.md §5, Presence). Owned by the core; its thread only.
//
// Commands change the keys at once; what follows from it is told by run(), a turn's worth each time. Until lease and
// grace after the start the broker is settling: nobody goes offline.

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "broker/core/audiences.hpp"
#include "broker/core/counters.hpp"
#include "broker/core/presence/keys.hpp"
#include "broker/core/presence/watchers.hpp"
#include "broker/core/publishing.hpp"
#include "broker/core/sessions.hpp"

namespace fanfare::broker::core::presence {

class Presence final : private Outlet {
 public:
  Presence(const Settings& settings, Sessions& sessions, Audiences& audiences, Publishing& publishing,
           Counters& counters, Uuid run, Instant now);

  void command(Session& session, const protocol::PresenceCommand& command, Instant now);
  /// The session ends.
  void leave(const Session& session);
  /// The session may have confirmed something.
  void has_room(const Session& session) { watchers_.has_room(session.key); }

  /// Ends graces, tells the watchers. Once each time the core settles.
  void run(Instant now);
  /// Another run() has something to do at once.
  [[nodiscard]] bool ready() const { return keys_.ready() || watchers_.ready(); }
  [[nodiscard]] std::optional<std::chrono::microseconds> next_deadline() const;

  /// Rows of the keys behind `cursor`, at most `limit`; the cursor for those that follow, empty when none do.
  [[nodiscard]] std::vector<Headers> rows(std::string_view cursor, std::size_t limit, std::string& next) const;

  [[nodiscard]] const Keys& keys() const { return keys_; }
  [[nodiscard]] const Watchers& watchers() const { return watchers_; }

 private:
  void hold(Session& session, const std::vector<std::string_view>& names, Instant now);
  [[nodiscard]] std::optional<ErrorCode> check(const Session& session, const protocol::PresenceCommand& command,
                                               const std::vector<std::string_view>& names, std::string_view& detail);
  [[nodiscard]] bool is_key(std::string_view name) const;
  void tell_changes(Instant now);
  void announce(const std::vector<Transition>& changes, Instant now);
  void send(SessionKey watcher, const protocol::PresenceUpdate& update) override;
  [[nodiscard]] std::size_t unconfirmed(SessionKey watcher) const override;

  const Settings& settings_;
  Sessions& sessions_;
  Audiences& audiences_;
  Publishing& publishing_;
  Counters& counters_;
  std::chrono::microseconds settles_;
  bool settling_ = true;
  std::uint64_t version_ = 1;
  Keys keys_;
  Watchers watchers_;
};

}  // namespace fanfare::broker::core::presence
