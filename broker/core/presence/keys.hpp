#pragma once
// Which presence keys are online, and who holds them: online from the first hold until the grace after the last one let
// go. Knows no watchers and no sessions but by number. Owned by the core; its thread only.
//
// Bounded: about 190 bytes a key with one holder, 45 for each further one, beside a name longer than 15 bytes; holds
// and keys in grace together never pass a bound. A session that ends lets go a turn at a time.

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "broker/core/instant.hpp"
#include "broker/core/session.hpp"

namespace fanfare::broker::core::presence {

struct Key {
  std::string_view name;             ///< the map's own
  std::uint64_t serial = 0;          ///< never used twice
  std::uint32_t holders = 0;         ///< 0: in its grace
  std::int64_t since = 0;            ///< the clock when it came online
  std::chrono::microseconds ends{};  ///< the grace
  Key* before = nullptr;             ///< in the order of graces
  Key* after = nullptr;
};

struct Transition {
  std::string key;
  bool online = false;
};

class Keys {
 public:
  using Map = std::map<std::string, Key, std::less<>>;

  /// What is done at most before others have their turn.
  static constexpr std::size_t kTurn = 4'096;

  /// Nothing goes offline before `settles`: who held it in an earlier run may not have come back yet.
  Keys(std::chrono::microseconds grace, std::chrono::microseconds settles, std::size_t bound)
      : grace_(grace), settles_(settles), bound_(bound) {}

  /// How many of `names` the session does not hold yet, each counted once.
  [[nodiscard]] std::size_t count_new(SessionKey session, const std::vector<std::string_view>& names);
  [[nodiscard]] std::size_t held_by(SessionKey session) const;
  [[nodiscard]] bool has_room(std::size_t holds) const { return holds_ + in_grace_ + holds <= bound_; }

  void hold(SessionKey session, std::string_view name, Instant now);
  void release(SessionKey session, std::string_view name, Instant now);
  /// The session is no more. Its keys are let go by let_go_left().
  void leave(SessionKey session);

  /// Lets go of what ended sessions held, a turn's worth.
  void let_go_left(Instant now);
  /// Ends graces that are over, a turn's worth.
  void expire(Instant now);
  /// There is more to do at once.
  [[nodiscard]] bool ready() const { return !leaving_.empty() || overdue_ || !transitions_.empty(); }
  [[nodiscard]] std::optional<std::chrono::microseconds> next_deadline() const;

  /// The oldest transitions that were not taken yet, at most a turn's worth, and names of about `max_bytes` at most.
  [[nodiscard]] std::vector<Transition> take_transitions(std::size_t max_bytes);
  [[nodiscard]] bool has_transitions() const { return !transitions_.empty(); }

  /// All that are online, by name.
  [[nodiscard]] const Map& all() const { return keys_; }
  [[nodiscard]] std::size_t in_grace() const { return in_grace_; }
  [[nodiscard]] std::size_t holds() const { return holds_; }

 private:
  struct BySerial {
    std::size_t operator()(const Key* key) const {
      return key->serial;
    }  // the same order in each run, unlike a pointer
  };
  using Holds = std::unordered_set<Key*, BySerial>;

  void let_go(Key& key, Instant now);
  void begin_grace(Key& key, Instant now);
  void end_grace(Key& key);

  std::chrono::microseconds grace_;
  std::chrono::microseconds settles_;
  std::size_t bound_;
  Map keys_;
  std::unordered_map<SessionKey, Holds> sessions_;
  std::deque<Holds> leaving_;  // of ended sessions
  std::deque<Transition> transitions_;
  Key* first_ = nullptr;  // in grace, by its end
  Key* last_ = nullptr;
  std::size_t in_grace_ = 0;
  std::size_t holds_ = 0;
  std::uint64_t last_serial_ = 0;
  bool overdue_ = false;
};

}  // namespace fanfare::broker::core::presence
