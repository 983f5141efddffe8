#pragma once
// What operators asked the broker to do to groups and has no answer yet. It is sent once: a lost session leaves its
// outcome unknown. Owned by the session; one thread.

#include <fanfare/position.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "protocol/commands.hpp"
#include "sdk/session/events.hpp"
#include "sdk/session/instant.hpp"

namespace fanfare::session {

struct OpenAction {
  protocol::ManageAction action = protocol::ManageAction::reset;
  protocol::From from = protocol::From::all;
  Position position;
  std::string group;
  std::vector<std::uint64_t> sequences;
  Instant deadline = kNever;

  bool sent = false;
};

class GroupActions {
 public:
  /// As many may be open; beyond that one is refused with `too_many_requests`.
  static constexpr std::size_t kMost = 1'024;

  [[nodiscard]] bool full() const { return open_.size() >= kMost; }
  OpenAction& add(Ticket ticket, OpenAction action) { return open_[ticket] = std::move(action); }
  void remove(Ticket ticket) { open_.erase(ticket); }
  [[nodiscard]] bool contains(Ticket ticket) const { return open_.contains(ticket); }
  [[nodiscard]] auto& all() { return open_; }
  [[nodiscard]] bool has_sent() const {
    return std::ranges::any_of(open_, [](const auto& entry) { return entry.second.sent; });
  }

  [[nodiscard]] Instant next_deadline() const {
    auto next = kNever;
    for (const auto& [ticket, action] : open_) next = std::min(next, action.deadline);
    return next;
  }

 private:
  std::map<Ticket, OpenAction> open_;
};

}  // namespace fanfare::session
