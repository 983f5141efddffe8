#pragma once
// What several receivers that share all messages make of them together: each comes once, whoever gets it. Any thread.
// As large as the span between the first that has not come and the last that has.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <vector>

#include "cli/bench/verdict.hpp"

namespace fanfare::cli {

class OnceCheck {
 public:
  explicit OnceCheck(std::size_t publishers) : publishers_(publishers) {}

  void take(std::size_t publisher, std::uint64_t sequence) {
    const std::lock_guard lock(mutex_);
    Seen& seen = publishers_[publisher];
    const bool is_known =
        sequence < seen.floor || (sequence - seen.floor < seen.beyond.size() && seen.beyond[sequence - seen.floor]);
    if (is_known) {
      ++seen.repeated;
      return;
    }
    ++seen.count;
    if (sequence - seen.floor >= seen.beyond.size()) seen.beyond.resize(sequence - seen.floor + 1);
    seen.beyond[sequence - seen.floor] = true;
    while (!seen.beyond.empty() && seen.beyond.front()) {
      seen.beyond.pop_front();
      ++seen.floor;
    }
  }

  /// `sent`: how many each publisher has sent.
  [[nodiscard]] Verdict verdict(std::span<const std::uint64_t> sent) const {
    const std::lock_guard lock(mutex_);
    Verdict sum;
    for (std::size_t i = 0; i < publishers_.size(); ++i) {
      sum.missing += sent[i] > publishers_[i].count ? sent[i] - publishers_[i].count : 0;
      sum.repeated += publishers_[i].repeated;
    }
    return sum;
  }

 private:
  struct Seen {
    std::uint64_t floor = 0;  ///< all below have come
    std::deque<bool> beyond;  ///< from the floor on
    std::uint64_t count = 0;
    std::uint64_t repeated = 0;
  };

  mutable std::mutex mutex_;
  std::vector<Seen> publishers_;  // guarded by mutex_
};

}  // namespace fanfare::cli
