// What the stream holds for a group: from being found to being finished.
#include <algorithm>

#include "broker/core/groups/work.hpp"

namespace fanfare::broker::core::groups {

Group::Work::Work(GroupState state) : state_(std::move(state)) {
  // As apply() leaves it, whoever made it.
  apply(state_, {});
  scanned_ = state_.floor;
  taken_floor_ = state_.floor;
  taken_term_ = state_.term;
}

bool Group::Work::full() const {
  return messages_.size() >= state_.settings.max_pending || state_.finished.runs().size() >= kMaxFinishedRuns;
}

bool Group::Work::wants_more() const {
  if (full() || state_.settings.pattern.empty()) return false;
  if (exclusive()) {
    // In one line nothing passes: what is there and not out comes before anything else.
    const auto* const active = taker();
    return active != nullptr && messages_.size() - in_flight_ - condemned_ < active->max_in_flight - active->in_flight;
  }
  return !takers_.empty() && free_.size() < room_;
}

void Group::Work::enter(std::uint64_t sequence, TopicNumber topic, bool returned) {
  const auto slot = messages_.add(sequence);
  auto& message = messages_[slot];
  message.topic = topic;
  message.returned = returned;
  if (!returned) messages_.insert(unfinished_, &Message::unfinished, kNoSlot, slot);
  const auto failures = state_.failures.find(sequence);
  if (failures != state_.failures.end() && failures->second >= state_.settings.max_deliver) {
    condemn(slot, failures->second, "failed before the broker was restarted");
    return;
  }
  if (in_lines()) {
    auto& line = line_of(message);
    auto behind = kNoSlot;
    if (returned) {
      // In front, among what is not out by its sequence. Many come in that order, so the search begins at the last.
      behind = line.next;
      if (returned_last_ != kNoSlot && messages_[returned_last_].sequence < sequence &&
          messages_[returned_last_].state != Message::State::out && &line_of(messages_[returned_last_]) == &line) {
        behind = returned_last_;
      }
      while (behind != kNoSlot && messages_[behind].sequence < sequence) behind = messages_[behind].in_line.next;
      returned_last_ = slot;
    }
    messages_.insert(line.messages, &Message::in_line, behind, slot);
    if (line.next == behind) line.next = slot;
  }
  offer(slot);
}

void Group::Work::found(std::uint64_t sequence, TopicNumber topic) {
  if (sequence <= scanned_) return;
  scanned_ = sequence;
  if (!state_.finished.contains(sequence)) enter(sequence, topic, false);
  move_floor();
}

void Group::Work::scanned_to(std::uint64_t through) {
  scanned_ = std::max(scanned_, through);
  move_floor();
}

void Group::Work::known(std::uint64_t sequence, TopicNumber topic) {
  if (!state_.returned.contains(sequence) || messages_.find(sequence) != kNoSlot) return;
  enter(sequence, topic, true);
}

bool Group::Work::gone(std::uint64_t sequence) {
  const auto slot = messages_.find(sequence);
  if (slot != kNoSlot) {
    finish(slot);
    return true;
  }
  // Given back before the broker was restarted, and not known() since.
  if (!state_.returned.contains(sequence)) return false;
  finished(sequence);
  return true;
}

void Group::Work::finish(Slot slot) {
  auto& message = messages_[slot];
  const auto sequence = message.sequence;
  auto* const holder = message.holder;
  switch (message.state) {
    case Message::State::ready:
      withdraw(slot);
      break;
    case Message::State::waits:
      stop_timer(message);
      --delayed_;
      break;
    case Message::State::out:
      detach(slot);
      break;
    case Message::State::condemned:
      --condemned_;
      break;
  }
  if (in_lines() && message.state != Message::State::condemned) leave_line(slot);
  if (!message.returned) messages_.unlink(unfinished_, &Message::unfinished, slot);
  messages_.remove(slot);
  if (messages_.size() == 0) epochs_.clear();
  if (holder != nullptr) settle(*holder);
  finished(sequence);
  move_floor();
}

}  // namespace fanfare::broker::core::groups
