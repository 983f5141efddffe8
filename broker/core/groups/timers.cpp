// What happens by itself: waits that end, and messages that were handled for too long.
#include <algorithm>

#include "broker/core/groups/work.hpp"

namespace fanfare::broker::core::groups {

void Group::Work::start_timer(Message& message, std::chrono::microseconds span) {
  stop_timer(message);
  message.at = (now_ + std::max(span, std::chrono::microseconds(1))).count();
  timers_.emplace(message.at, message.sequence);
}

void Group::Work::stop_timer(Message& message) {
  if (message.at != 0) timers_.erase({message.at, message.sequence});
  message.at = 0;
}

void Group::Work::tick(Instant now) {
  told(now);
  // What begins or waits here ends later than now.
  const auto due = now_.count();
  while (!timers_.empty() && timers_.begin()->first <= due) {
    const auto slot = messages_.find(timers_.begin()->second);
    auto& message = messages_[slot];
    stop_timer(message);
    if (message.state == Message::State::out) {
      overstayed(slot);
    } else {
      message.state = Message::State::ready;
      --delayed_;
      offer(slot);
    }
  }
}

std::optional<std::chrono::microseconds> Group::Work::next_deadline() const {
  if (timers_.empty()) return std::nullopt;
  return std::chrono::microseconds(timers_.begin()->first);
}

void Group::Work::overstayed(Slot slot) {
  auto& by = *messages_[slot].holder;
  by.stalled = true;
  std::vector<Slot> taken;
  take_back(slot, taken);
  count_failure(slot, {}, "not acknowledged in time");
  // It is not told to drop this one: its handler has it, and what that says some time ends the stall.
  taken.erase(taken.begin());
  std::vector<Slot> waiting;
  for (auto each = by.handed.first; each != kNoSlot; each = messages_[each].at_member.next) {
    if (!messages_[each].begun) waiting.push_back(each);
  }
  for (const auto each : waiting) {
    if (messages_[each].state == Message::State::out) take_back(each, taken);  // else one before it took it along
  }
  revoke(by, taken);
  settle(by);
}

}  // namespace fanfare::broker::core::groups
