#pragma once
// Who is there. A key, `user.42`, is online while at least one session holds it, and for a grace after the last one let
// go. Presence holds one, PresenceWatch hears of all that match a pattern. Movable, owned by the caller; any thread.
//
// Both go on by themselves: a reconnect within the lease is no transition, and after a broker's restart keys are held
// and watched again and the watcher hears of the differences only.

#include <fanfare/error.hpp>
#include <fanfare/subscription.hpp>

#include <cstdint>
#include <functional>
#include <string_view>

namespace fanfare {

enum class PresenceState : std::uint8_t {
  offline,
  online,
  unknown,  ///< the broker began anew and its holders may not have come back yet; never told for a key that is new
};

/// `online`: as listings and topics name it.
[[nodiscard]] std::string_view to_string(PresenceState state);

/// A key became that. The view is valid during the call.
struct PresenceChange {
  std::string_view key;
  PresenceState state;
};

struct WatchOptions {
  /// All that is online has been told; every other key is offline, or unknown while `settling`. Again when settling is
  /// over, and after each snapshot of the broker.
  std::function<void(bool settling)> on_complete = {};
  std::function<void(const Error&)> on_error = {};  ///< it was refused and has ended
};

struct HoldOptions {
  std::function<void()> on_ready = {};              ///< the broker has it; again after each new session
  std::function<void(const Error&)> on_error = {};  ///< it was refused and has ended
};

/// Holds a key until it goes. Any number may hold the same key in one client.
class [[nodiscard]] Presence : public Registered {
 public:
  using Registered::Registered;
  void release() { end(); }
};

class [[nodiscard]] PresenceWatch : public Registered {
 public:
  using Registered::Registered;
  void unwatch() { end(); }
};

}  // namespace fanfare
