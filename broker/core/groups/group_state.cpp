#include "broker/core/groups/group_state.hpp"

#include <algorithm>

namespace fanfare::broker::core::groups {

void apply(GroupState& state, const GroupChanges& changes) {
  for (const auto letter : changes.dead) state.dead.add(letter);
  for (const auto letter : changes.dropped) state.dead.remove(letter);
  for (const auto sequence : changes.finished) {
    state.failures.erase(sequence);
    if (state.returned.erase(sequence) == 0 && sequence > state.floor) state.finished.add(sequence);
  }
  for (const auto& [sequence, letter] : changes.returned) {
    state.dead.remove(letter);
    state.returned[sequence] = letter;
  }
  for (const auto& [sequence, failures] : changes.failures) state.failures[sequence] = failures;
  state.floor = std::max(state.floor, changes.floor);
  state.finished.remove_through(state.floor);
  state.floor = state.finished.run_behind(state.floor);
  state.finished.remove_through(state.floor);
  state.term = std::max(state.term, changes.term);
}

std::uint64_t begin_epoch(GroupState& state, const Uuid& epoch, std::uint64_t head) {
  state.epoch = epoch;
  auto forgotten = state.finished.size();
  state.finished.remove_beyond(head);
  forgotten -= state.finished.size();
  if (state.floor > head) {
    forgotten += state.floor - head;
    state.floor = head;
  }
  state.failures.erase(state.failures.upper_bound(head), state.failures.end());
  const auto lost = state.returned.upper_bound(head);
  for (auto one = lost; one != state.returned.end(); ++one) state.dead.add(one->second);
  state.returned.erase(lost, state.returned.end());
  return forgotten;
}

}  // namespace fanfare::broker::core::groups
