#include "broker/core/groups/interval_set.hpp"

#include <algorithm>
#include <iterator>

namespace fanfare::broker::core::groups {

void IntervalSet::add(std::uint64_t first, std::uint64_t last) {
  auto run = runs_.upper_bound(first);
  if (run != runs_.begin()) {
    const auto before = std::prev(run);
    // Also when it ends right in front: runs that touch are one.
    if (before->second >= first || before->second + 1 == first) run = before;
  }
  while (run != runs_.end() && (run->first <= last || run->first == last + 1)) {
    first = std::min(first, run->first);
    last = std::max(last, run->second);
    size_ -= run->second - run->first + 1;
    run = runs_.erase(run);
  }
  runs_.emplace_hint(run, first, last);
  size_ += last - first + 1;
}

void IntervalSet::remove(std::uint64_t one) {
  auto run = runs_.upper_bound(one);
  if (run == runs_.begin()) return;
  --run;
  if (run->second < one) return;
  const auto last = run->second;
  if (run->first == one) {
    run = runs_.erase(run);
  } else {
    run->second = one - 1;
    ++run;
  }
  if (last != one) runs_.emplace_hint(run, one + 1, last);
  --size_;
}

void IntervalSet::remove_through(std::uint64_t last) {
  while (!runs_.empty() && runs_.begin()->first <= last) {
    const auto [from, to] = *runs_.begin();
    runs_.erase(runs_.begin());
    size_ -= std::min(last, to) - from + 1;
    if (to > last) runs_.emplace_hint(runs_.begin(), last + 1, to);
  }
}

void IntervalSet::remove_beyond(std::uint64_t last) {
  while (!runs_.empty() && runs_.rbegin()->second > last) {
    const auto run = std::prev(runs_.end());
    size_ -= run->second - std::max(run->first - 1, last);
    if (run->first <= last) {
      run->second = last;
    } else {
      runs_.erase(run);
    }
  }
}

bool IntervalSet::contains(std::uint64_t one) const {
  const auto behind = runs_.upper_bound(one);
  return behind != runs_.begin() && std::prev(behind)->second >= one;
}

std::uint64_t IntervalSet::run_behind(std::uint64_t floor) const {
  const auto run = runs_.find(floor + 1);
  return run == runs_.end() ? floor : run->second;
}

}  // namespace fanfare::broker::core::groups
