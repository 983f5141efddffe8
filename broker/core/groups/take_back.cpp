// Back from a member: how a message fails, waits, and takes what is out behind it along.
#include <algorithm>

#include "broker/core/groups/work.hpp"

namespace fanfare::broker::core::groups {

void Group::Work::detach(Slot slot) {
  auto& message = messages_[slot];
  stop_timer(message);
  message.begun = false;
  auto& from = *std::exchange(message.holder, nullptr);
  messages_.unlink(from.handed, &Message::at_member, slot);
  --from.in_flight;
  --in_flight_;
  if (!in_lines()) return;
  auto& line = line_of(message);
  if (--line.out == 0) line.owner = nullptr;
}

void Group::Work::settle(Member& member) {
  if (member.handed.first != kNoSlot && !messages_[member.handed.first].begun) begin(member.handed.first);
  list(member);
}

void Group::Work::begin(Slot slot) {
  auto& message = messages_[slot];
  message.begun = true;
  start_timer(message, state_.settings.ack_wait);
}

void Group::Work::take_back(Slot slot, std::vector<Slot>& taken) {
  if (!in_lines()) {
    detach(slot);
    messages_[slot].state = Message::State::ready;
    taken.push_back(slot);
    offer(slot);
    return;
  }
  auto& line = line_of(messages_[slot]);
  for (auto each = slot; each != line.next; each = messages_[each].in_line.next) {
    detach(each);
    messages_[each].state = Message::State::ready;
    taken.push_back(each);
  }
  line.next = slot;
  returned_last_ = kNoSlot;  // what is not out is no longer sorted up to it
  list(line);
}

void Group::Work::wait(Slot slot, std::chrono::milliseconds delay) {
  if (delay.count() <= 0) return;
  withdraw(slot);
  auto& message = messages_[slot];
  message.state = Message::State::waits;
  ++delayed_;
  start_timer(message, delay);
  if (in_lines()) list(line_of(message));
}

void Group::Work::count_failure(Slot slot, std::optional<std::chrono::milliseconds> delay, std::string_view reason) {
  const auto sequence = messages_[slot].sequence;
  const auto failures = ++state_.failures[sequence];
  ++totals_.failures;
  failures_[sequence] = failures;
  const auto& settings = state_.settings;
  if (failures >= settings.max_deliver) {
    withdraw(slot);
    if (in_lines()) leave_line(slot);
    condemn(slot, failures, reason);
    return;
  }
  if (!delay && !settings.back_off.empty()) {
    delay.emplace(settings.back_off[std::min<std::size_t>(failures, settings.back_off.size()) - 1]);
  }
  wait(slot, delay.value_or(std::chrono::milliseconds(0)));
}

void Group::Work::revoke(const Member& member, const std::vector<Slot>& taken) {
  // One event for each run of one epoch.
  Revoked* last = nullptr;
  std::uint32_t epoch = 0;
  for (const auto slot : taken) {
    const auto& message = messages_[slot];
    if (last == nullptr || message.epoch != epoch) {
      epoch = message.epoch;
      events_.emplace_back(Revoked{.member = member.id, .epoch = epochs_[epoch], .deliveries = {}});
      last = &std::get<Revoked>(events_.back());
    }
    last->deliveries.push_back({.sequence = message.sequence, .attempt = message.attempt});
  }
}

}  // namespace fanfare::broker::core::groups
