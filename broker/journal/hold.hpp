#pragma once
// Up to where a stream's readers have let go: retention removes nothing from there on (semantics §11). Moved by the
// core's thread, often and without a lock; asked by maintenance, which is told when a move lets go of what it waits
// for.

#include <atomic>
#include <cstdint>
#include <limits>

#include "broker/core/journal.hpp"

namespace fanfare::broker::journal {

class Hold {
 public:
  /// The core's thread: everything before `first` is let go. True when maintenance waits for some of that.
  bool move(std::uint64_t first) {
    first_.store(first);
    auto waited = waited_.load();
    return waited < first && waited_.compare_exchange_strong(waited, kNobody);
  }
  /// Any thread: the oldest sequence that is held; 0: nothing was said yet, so all is held.
  [[nodiscard]] std::uint64_t first() const { return first_.load(); }
  [[nodiscard]] bool is_none() const { return first() == core::Journal::kHoldsNothing; }

  /// Maintenance: whether everything up to `last` may be removed; if not, it waits for that.
  bool lets_go(std::uint64_t last) {
    waited_.store(last);  // before it looks: one of the two sees what the other did
    if (first_.load() <= last) return false;
    waited_.store(kNobody);
    return true;
  }

 private:
  static constexpr std::uint64_t kNobody = std::numeric_limits<std::uint64_t>::max();

  std::atomic<std::uint64_t> first_{0};
  std::atomic<std::uint64_t> waited_{kNobody};  ///< the sequence that has to be let go of
};

}  // namespace fanfare::broker::journal
