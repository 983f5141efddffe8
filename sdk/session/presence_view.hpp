#pragma once
// What this client knows of who is online, from the broker's snapshots and changes (PROTOCOL.md §5, Presence). It
// outlives sessions and the broker's runs: what was told stands until a new snapshot says otherwise, and only
// differences are told. Owned by the session; one thread.
//
// Changes are told as they come. Those that come before a snapshot is complete are remembered, because they may be
// later than it. The view holds what the broker has online; no more than that changes in between.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "protocol/commands.hpp"

namespace fanfare::session {

/// Who knows which keys are watched, and hears of transitions.
class PresenceOwner {
 public:
  virtual ~PresenceOwner() = default;
  /// It is watched.
  [[nodiscard]] virtual bool wants(std::string_view key) const = 0;
  /// The broker has acknowledged a pattern of it in this session, so the snapshot is about it.
  [[nodiscard]] virtual bool covers(std::string_view key) const = 0;
  virtual void tell(std::string_view key, protocol::PresenceState before, protocol::PresenceState after) = 0;
};

class PresenceView {
 public:
  using State = protocol::PresenceState;

  explicit PresenceView(PresenceOwner& owner) : owner_(owner) {}

  /// True when all is known (again), after whatever that told.
  [[nodiscard]] bool take(const protocol::PresenceUpdate& update);
  /// The broker will send a snapshot, about more than before.
  void expect_snapshot() { awaiting_ = true; }
  /// A new session: all that is known is to be confirmed.
  void begin_session();
  /// The pattern is not watched any more: its keys are forgotten, but those that are watched by another.
  void forget(std::string_view pattern);

  /// No snapshot is awaited.
  [[nodiscard]] bool complete() const { return !awaiting_; }
  [[nodiscard]] bool settling() const { return settling_; }

  /// What is known of a key, by name.
  struct Entry {
    State state = State::offline;  ///< as it was told; offline: to be forgotten with the next snapshot
    std::uint64_t changed = 0;     ///< version of its last change in this run
    std::uint64_t shown = 0;       ///< the last snapshot, by its number, that has it
  };
  [[nodiscard]] const std::map<std::string, Entry, std::less<>>& entries() const { return entries_; }

 private:
  void begin_run(const Uuid& run);
  void change(std::string_view key, State state, std::uint64_t version);
  [[nodiscard]] bool settle(std::uint64_t version);
  void finish(bool settling);
  void become(std::string_view key, Entry& entry, State state);

  PresenceOwner& owner_;
  std::map<std::string, Entry, std::less<>> entries_;
  Uuid run_;
  bool awaiting_ = true;       ///< a snapshot is to come, or under way
  bool under_way_ = false;     ///< parts of it have come
  std::uint64_t number_ = 0;   ///< of the snapshot that is under way
  std::uint64_t version_ = 0;  ///< of the snapshot that is under way, or was the last
  std::uint64_t known_ = 0;    ///< version of the last one that was complete
  std::uint64_t settled_ = 0;  ///< the change that said that the broker is not settling; 0: none did
  bool settling_ = false;
};

}  // namespace fanfare::session
