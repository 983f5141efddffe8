#pragma once
// Peers of a core that hold and watch presence keys. One thread.

#include <string>
#include <vector>

#include "tests/unit/broker/core_driver.hpp"
#include "tests/unit/broker/presence_view.hpp"

namespace fanfare::broker::core {

class PresenceDriver : public CoreDriver {
 public:
  static Settings presence_settings() {
    auto settings = CoreDriver::settings();
    settings.lease = std::chrono::seconds(10);
    settings.presence_grace = std::chrono::seconds(4);
    return settings;
  }

  explicit PresenceDriver(Settings with = presence_settings()) : CoreDriver(std::move(with)) {}

  /// What the peer says; settles until nothing is left to do at once.
  void say(ConnectionId peer, protocol::PresenceAction action, const std::vector<std::string>& keys) {
    protocol::PresenceCommand command{.request = ++request, .action = action, .keys = {}};
    for (const auto& key : keys) command.keys.emplace_back(std::string_view(key));
    from(peer, command);
    finish();
  }
  void hold(ConnectionId peer, const std::vector<std::string>& keys) {
    say(peer, protocol::PresenceAction::hold, keys);
  }
  void release(ConnectionId peer, const std::vector<std::string>& keys) {
    say(peer, protocol::PresenceAction::release, keys);
  }
  void watch(ConnectionId peer, const std::vector<std::string>& patterns) {
    say(peer, protocol::PresenceAction::watch, patterns);
  }
  void unwatch(ConnectionId peer, const std::vector<std::string>& patterns) {
    say(peer, protocol::PresenceAction::unwatch, patterns);
  }

  /// How often it had to settle until nothing was left to do at once.
  std::size_t finish() {
    std::size_t turns = 0;
    while (core().next_deadline() == std::chrono::microseconds::zero()) {
      core().settle(now);
      ++turns;
    }
    return turns;
  }

  /// Time passes; these peers stay alive.
  void pass(std::chrono::milliseconds time, const std::vector<ConnectionId>& alive) {
    constexpr std::chrono::milliseconds kStep{1'000};
    while (time.count() > 0) {
      const auto step = std::min(time, kStep);
      time -= step;
      wait(step);
      finish();
      for (const auto peer : alive) from(peer, protocol::Ping{});
    }
  }

  /// What the peer knows by now; all it was sent is taken.
  PresenceView& view(ConnectionId peer) {
    auto& view = views_[peer];
    for (const auto& one : take(peer)) {
      if (one.type == protocol::CommandType::presence) view.take(one.as<protocol::PresenceUpdate>());
    }
    return view;
  }

 private:
  std::map<ConnectionId, PresenceView> views_;
};

}  // namespace fanfare::broker::core
