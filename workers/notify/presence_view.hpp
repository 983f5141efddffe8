#pragma once
// Who is there, and since when who is not: what the broker tells of `user.*`. Owned by the service; told on the
// client's thread, asked from any. Promise: nobody is taken to be away for longer than is known. Holds who is online
// and who left a short while ago, as many as the broker has keys for at most.

#include <fanfare/client.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "workers/notify/decide.hpp"

namespace fanfare::workers::notify {

class PresenceView {
 public:
  using Clock = std::chrono::steady_clock;

  /// `grace`: nobody asks whether somebody has been away for longer.
  explicit PresenceView(std::chrono::milliseconds grace) : grace_(grace) {}

  /// Watches, until that goes. To be told of the client's state as well.
  [[nodiscard]] PresenceWatch watch(Client& client, std::function<void(const Error&)> on_error);

  // What the client tells.
  void connection_is(const State& state);
  void changed(std::string_view key, PresenceState state, Clock::time_point now = Clock::now());
  void completed(bool settling, Clock::time_point now = Clock::now());

  /// False: the broker is away, has just started, or has not said yet who is there.
  [[nodiscard]] bool is_known() const;

  [[nodiscard]] PersonPresence of(const Uuid& person, Clock::time_point now = Clock::now()) const;

 private:
  void forget_old(Clock::time_point now);

  const std::chrono::milliseconds grace_;
  mutable std::mutex mutex_;  // guards the rest
  bool is_connected_ = false;
  std::optional<Clock::time_point> known_since_;  ///< without a gap
  std::unordered_set<std::string> online_;        ///< or unknown
  std::unordered_map<std::string, Clock::time_point> left_;
  std::deque<std::pair<Clock::time_point, std::string>> leaving_;  ///< in the order in which they left
};

}  // namespace fanfare::workers::notify
