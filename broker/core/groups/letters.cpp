// A group's dead letters: the last failure of a message, and how one comes back.
#include <algorithm>

#include "broker/core/groups/work.hpp"

namespace fanfare::broker::core::groups {

void Group::Work::condemn(Slot slot, std::uint32_t failures, std::string_view reason) {
  auto& message = messages_[slot];
  message.state = Message::State::condemned;
  ++condemned_;
  const auto delivered = message.attempt != 0;
  events_.emplace_back(Condemned{.sequence = message.sequence,
                                 .topic = message.topic,
                                 .epoch = delivered ? epochs_[message.epoch] : Uuid{},
                                 .failures = failures,
                                 .reason = std::string(reason)});
}

void Group::Work::buried(std::uint64_t sequence, std::uint64_t dead) {
  state_.dead.add(dead);
  changes_.dead.push_back(dead);
  ++totals_.dead_lettered;
  const auto slot = messages_.find(sequence);
  if (slot != kNoSlot && messages_[slot].state == Message::State::condemned) finish(slot);
}

bool Group::Work::give_back(std::uint64_t dead, std::uint64_t sequence, TopicNumber topic) {
  if (!drop_dead(dead)) return false;
  // After a reset the message itself may be on its way again: once is enough.
  const auto unfinished = messages_.find(sequence) != kNoSlot || state_.returned.contains(sequence) ||
                          (sequence > scanned_ && !state_.finished.contains(sequence));
  if (unfinished) return true;
  changes_.dropped.pop_back();
  state_.returned[sequence] = dead;
  returned_[sequence] = dead;
  enter(sequence, topic, true);
  return true;
}

bool Group::Work::drop_dead(std::uint64_t dead) {
  if (!state_.dead.contains(dead)) return false;
  state_.dead.remove(dead);
  changes_.dropped.push_back(dead);
  return true;
}

void Group::Work::dead_trimmed(std::uint64_t first) {
  while (!state_.dead.empty() && state_.dead.runs().begin()->first < first) {
    drop_dead(state_.dead.runs().begin()->first);
  }
}

}  // namespace fanfare::broker::core::groups
