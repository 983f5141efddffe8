#pragma once
// Which operations are under way and since when: each has one outcome, none has two, and none is counted that was not
// started. One thread.

#include <bit>
#include <chrono>
#include <cstdint>
#include <vector>

#include "tests/bench/load/operations/operations.hpp"

namespace fanfare::load {

class OutcomeChecker {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit OutcomeChecker(std::uint64_t most_under_way)
      : most_(most_under_way), open_(std::bit_ceil(4 * most_under_way)) {}

  [[nodiscard]] std::uint64_t started() const { return next_; }
  [[nodiscard]] std::uint64_t under_way() const { return under_way_; }
  /// Whether the next one may start: the oldest may hold a place that is needed again.
  [[nodiscard]] bool has_room() const { return under_way_ < most_ && !place(next_).open; }

  void start(Time now) {
    place(next_) = {.number = next_, .since = now, .open = true};
    ++next_;
    ++under_way_;
  }

  /// Calls `each` with the time every one of them was started at; false when one of them is not under way.
  template <class Each>
  [[nodiscard]] bool finish(const Run& run, Each&& each) {
    for (auto number = run.first; number < run.first + run.count; ++number) {
      auto& operation = place(number);
      if (!operation.open || operation.number != number) return false;
      operation.open = false;
      --under_way_;
      each(operation.since);
    }
    return true;
  }

 private:
  struct Operation {
    std::uint64_t number = 0;
    Time since;
    bool open = false;
  };

  [[nodiscard]] const Operation& place(std::uint64_t number) const { return open_[number & (open_.size() - 1)]; }
  [[nodiscard]] Operation& place(std::uint64_t number) { return open_[number & (open_.size() - 1)]; }

  std::uint64_t most_;
  std::vector<Operation> open_;
  std::uint64_t next_ = 0;
  std::uint64_t under_way_ = 0;
};

}  // namespace fanfare::load
