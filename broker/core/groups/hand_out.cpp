// Which message goes to whom: candidates, lines and the members that take some.
#include <algorithm>
#include <cassert>

#include "broker/core/groups/work.hpp"

namespace fanfare::broker::core::groups {

Line& Group::Work::line_of(const Message& message) { return lines_[exclusive() ? 0 : message.topic]; }

Member* Group::Work::taker() const {
  if (exclusive()) return elected_ && active_->listed ? active_ : nullptr;
  return takers_.empty() ? nullptr : std::get<Member*>(*takers_.begin());
}

void Group::Work::offer(Slot slot) {
  auto& message = messages_[slot];
  if (in_lines()) {
    list(line_of(message));
  } else {
    free_.insert(message.sequence);
  }
}

void Group::Work::withdraw(Slot slot) {
  // In lines whatever leaves one lists the line again.
  if (!in_lines()) free_.erase(messages_[slot].sequence);
}

void Group::Work::list(Line& line) {
  std::uint64_t candidate = 0;
  if (line.next != kNoSlot && messages_[line.next].state == Message::State::ready) {
    candidate = messages_[line.next].sequence;
  }
  if (line.candidate == candidate && line.candidate_of == line.owner) return;
  if (line.candidate != 0) {
    if (line.candidate_of == nullptr) {
      free_.erase(line.candidate);
    } else {
      line.candidate_of->parked.erase(line.candidate);
      list(*line.candidate_of);
    }
  }
  line.candidate = candidate;
  line.candidate_of = line.owner;
  if (candidate == 0) return;
  if (line.owner == nullptr) {
    free_.insert(candidate);
  } else {
    line.owner->parked.insert(candidate);
    list(*line.owner);
  }
}

void Group::Work::list(Member& member) {
  if (member.offered != 0) parked_.erase({member.offered, &member});
  if (member.listed) {
    takers_.erase({member.listed_in_flight, member.listed_idle, &member});
    room_ -= member.listed_room;
  }
  member.listed = member.takes();
  member.offered = member.listed && !member.parked.empty() ? *member.parked.begin() : 0;
  if (member.offered != 0) parked_.emplace(member.offered, &member);
  if (!member.listed) return;
  member.listed_in_flight = member.in_flight;
  member.listed_idle = member.idle;
  member.listed_room = member.max_in_flight - member.in_flight;
  takers_.emplace(member.in_flight, member.idle, &member);
  room_ += member.listed_room;
}

void Group::Work::leave_line(Slot slot) {
  auto& line = line_of(messages_[slot]);
  if (returned_last_ == slot) returned_last_ = kNoSlot;
  if (line.next == slot) line.next = messages_[slot].in_line.next;
  messages_.unlink(line.messages, &Message::in_line, slot);
  list(line);
  if (line.messages.first == kNoSlot && !exclusive()) lines_.erase(messages_[slot].topic);
}

std::optional<Group::Offer> Group::Work::next() {
  auto* to = free_.empty() ? nullptr : taker();
  auto sequence = to == nullptr ? std::uint64_t{0} : *free_.begin();
  if (!parked_.empty() && (to == nullptr || parked_.begin()->first < sequence)) {
    std::tie(sequence, to) = *parked_.begin();
  }
  if (to == nullptr) return std::nullopt;
  const auto& message = messages_[messages_.find(sequence)];
  Offer offer{.member = to->id, .sequence = sequence, .topic = message.topic, .dead = {}};
  if (message.returned) offer.dead.emplace(state_.returned.at(sequence));
  return offer;
}

std::uint16_t Group::Work::hand_over(const Offer& offer, const Uuid& epoch, Instant now) {
  told(now);
  const auto slot = messages_.find(offer.sequence);
  auto* const to = member(offer.member);
  assert(slot != kNoSlot && to != nullptr && messages_[slot].state == Message::State::ready);
  auto& message = messages_[slot];
  withdraw(slot);

  // Mostly the last one.
  auto behind = epochs_.size();
  while (behind > 0 && epochs_[behind - 1] != epoch) --behind;
  if (behind == 0) {
    epochs_.push_back(epoch);
    behind = epochs_.size();
  }
  message.epoch = static_cast<std::uint32_t>(behind - 1);
  if (message.attempt == 0) {
    const auto failures = state_.failures.find(message.sequence);
    message.attempt = static_cast<std::uint16_t>(failures == state_.failures.end() ? 0 : failures->second % 65'535);
  }
  message.attempt = static_cast<std::uint16_t>(message.attempt % 65'535 + 1);
  if (message.attempt > 1) ++totals_.redelivered;

  message.state = Message::State::out;
  message.holder = to;
  messages_.insert(to->handed, &Message::at_member, kNoSlot, slot);
  ++to->in_flight;
  ++in_flight_;
  to->idle = ++counter_;
  if (in_lines()) {
    auto& line = line_of(message);
    line.next = message.in_line.next;
    line.owner = to;
    ++line.out;
    list(line);
  }
  settle(*to);
  return message.attempt;
}

}  // namespace fanfare::broker::core::groups
