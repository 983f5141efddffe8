// What has to survive: each change is made to the state at once and collected for the journal, so that the collected
// ones, applied to what was committed, give the same state.
#include <algorithm>

#include "broker/core/groups/work.hpp"

namespace fanfare::broker::core::groups {

void Group::Work::finished(std::uint64_t sequence) {
  state_.failures.erase(sequence);
  failures_.erase(sequence);
  if (state_.returned.erase(sequence) == 0 && sequence > state_.floor) state_.finished.add(sequence);
  const auto returned = returned_.find(sequence);
  if (returned == returned_.end()) {
    changes_.finished.push_back(sequence);
    return;
  }
  // It was given back since the last changes: in sum its letter is open no more, and that it is finished stands
  // already in what was committed or in these changes.
  changes_.dropped.push_back(returned->second);
  returned_.erase(returned);
}

void Group::Work::move_floor() {
  state_.floor =
      std::max(state_.floor, unfinished_.first == kNoSlot ? scanned_ : messages_[unfinished_.first].sequence - 1);
  state_.finished.remove_through(state_.floor);
  state_.floor = state_.finished.run_behind(state_.floor);
  state_.finished.remove_through(state_.floor);
  scanned_ = std::max(scanned_, state_.floor);
}

GroupChanges Group::Work::take_changes() {
  auto changes = std::exchange(changes_, {});
  changes.returned.assign(returned_.begin(), returned_.end());
  changes.failures.assign(failures_.begin(), failures_.end());
  returned_.clear();
  failures_.clear();
  if (state_.floor != taken_floor_) changes.floor = taken_floor_ = state_.floor;
  if (state_.term != taken_term_) changes.term = taken_term_ = state_.term;
  return changes;
}

}  // namespace fanfare::broker::core::groups
