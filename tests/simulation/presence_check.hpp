#pragma once
// Holds what one client is told of presence to its promise: what a watch is told was so, in this order, and not before
// it happened, so nobody is told offline whose holder was there all the time; never the same twice in a row; once it
// was told all, what it was not told was offline. In the end it knows what is. Owned by its client.

#include <array>
#include <map>
#include <string>

#include "sdk/session/events.hpp"
#include "tests/simulation/presence_truth.hpp"

namespace fanfare::simulation {

class PresenceCheck {
 public:
  using Handle = session::Handle;
  using State = protocol::PresenceState;

  /// `name`: of the client, for complaints. It knows nothing that was before.
  PresenceCheck(const PresenceTruth& truth, std::string name);

  // ---- What the client does.

  void hold(Handle handle, PresenceKey key) {
    holds_.emplace(handle, key);
    first_held_.try_emplace(key, truth_.latest(key));
  }
  void watch(Handle handle, std::uint32_t pattern) { watches_.emplace(handle, Watch{.pattern = pattern}); }
  /// Ends one of them, by its place; the handle, 0 when there is none.
  Handle release(std::uint32_t which) { return take(holds_, which); }
  Handle unwatch(std::uint32_t which) { return take(watches_, which); }

  [[nodiscard]] std::size_t holds() const { return holds_.size(); }
  [[nodiscard]] std::size_t watches() const { return watches_.size(); }
  [[nodiscard]] bool holds_key(PresenceKey key) const;
  [[nodiscard]] bool knows(Handle handle) const { return holds_.contains(handle) || watches_.contains(handle); }

  // ---- What it is told.

  void registered(Handle handle) const;
  void told(const session::PresenceTold& told);
  void complete(const session::PresenceComplete& told);

  /// Every watch knows what is.
  [[nodiscard]] bool is_right() const;
  /// Complains when it does not.
  void complete() const;

 private:
  struct Watch {
    std::uint32_t pattern = 0;
    bool is_complete = false;
    bool settling = false;
    std::array<State, kPresenceKeys.size()> states{};

    [[nodiscard]] bool wants(PresenceKey key) const;
  };

  template <class Map>
  static Handle take(Map& map, std::uint32_t which) {
    if (map.empty()) return 0;
    const auto one = std::next(map.begin(), static_cast<std::ptrdiff_t>(which % map.size()));
    const auto handle = one->first;
    map.erase(one);
    return handle;
  }
  void advance(PresenceKey key, State state);
  [[nodiscard]] std::string describe(PresenceKey key, State state) const;
  [[nodiscard]] bool is_right(const Watch& watch, PresenceKey key) const;

  const PresenceTruth& truth_;
  std::string name_;
  std::map<Handle, PresenceKey> holds_;
  std::map<PresenceKey, std::size_t> first_held_;  ///< places in their histories
  std::map<Handle, Watch> watches_;
  std::array<std::size_t, kPresenceKeys.size()> known_{};  ///< what it was told last is at least so new
};

}  // namespace fanfare::simulation
