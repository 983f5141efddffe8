#pragma once
// What there is to know of presence keys: who holds them, by the commands that reached the broker and by the sessions
// that ended, and what became of each key since the world began. A broker that starts anew knows nobody: the keys are
// unknown then, until their holders are back or the time for that is over. Owned by the world; one thread.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "protocol/commands.hpp"
#include "tests/simulation/session_watch.hpp"

namespace fanfare::simulation {

/// Few, so that clients meet; some long, so that a snapshot has parts.
inline constexpr std::array<std::string_view, 10> kPresenceKeys{
    "user.1",
    "user.2",
    "user.3",
    "room.a",
    "user.a-with-a-long-name-so-that-a-snapshot-of-few-keys-has-parts-as-well-and-changes-come-between",
    "user.b-with-a-long-name-so-that-a-snapshot-of-few-keys-has-parts-as-well-and-changes-come-between",
    "user.c-with-a-long-name-so-that-a-snapshot-of-few-keys-has-parts-as-well-and-changes-come-between",
    "room.d-with-a-long-name-so-that-a-snapshot-of-few-keys-has-parts-as-well-and-changes-come-between",
    "room.e-with-a-long-name-so-that-a-snapshot-of-few-keys-has-parts-as-well-and-changes-come-between",
    "room.f-with-a-long-name-so-that-a-snapshot-of-few-keys-has-parts-as-well-and-changes-come-between"};
inline constexpr std::array<std::string_view, 7> kPresencePatterns{">",      "user.*", "user.>", "user.1",
                                                                   "user.2", "room.>", "*.a"};
using PresenceKey = std::size_t;

class PresenceTruth {
 public:
  using Number = SessionWatch::Number;
  using State = protocol::PresenceState;
  using Time = std::chrono::microseconds;

  PresenceTruth(Time lease, Time grace) : lease_(lease), grace_(grace) {}

  void broker_starts(Time now);
  /// A frame of this session reaches the broker.
  void up(Number session, std::string_view frame, Time now);
  /// The broker has ended it.
  void lost(Number session, Time now);
  /// All that was due until now has happened.
  void passes(Time now);

  /// Each key has a history of states; it begins with offline.
  [[nodiscard]] std::size_t latest(PresenceKey key) const { return keys_.at(key).history.size() - 1; }
  [[nodiscard]] State state(PresenceKey key) const { return keys_.at(key).history.back(); }
  /// The first place from `from` on at which the key was that.
  [[nodiscard]] std::optional<std::size_t> find(PresenceKey key, std::size_t from, State state) const;
  /// Nothing changes any more by itself.
  [[nodiscard]] bool is_quiet() const { return pending_ == 0; }

 private:
  struct Key {
    std::set<Number> holders = {};
    Time let_go{};
    std::vector<State> history{State::offline};
  };

  void become(Key& key, State state);
  void let_go(Key& key, Number session, Time now);
  /// Nobody holds it, and it is not offline yet.
  [[nodiscard]] static bool is_pending(const Key& key) {
    return key.holders.empty() && key.history.back() != State::offline;
  }

  Time lease_;
  Time grace_;
  Time settles_{};
  std::array<Key, kPresenceKeys.size()> keys_;
  std::size_t pending_ = 0;
};

/// kPresenceKeys.size() when it is none of them.
[[nodiscard]] PresenceKey presence_key(std::string_view name);

}  // namespace fanfare::simulation
