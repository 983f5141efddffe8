#pragma once
// What one receiver of all messages makes of their numbers: each publisher's come as 0, 1, 2, … Used on the thread that
// receives; looked at when that has ended. As large as there are publishers, however many messages.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cli/bench/verdict.hpp"

namespace fanfare::cli {

class SequenceCheck {
 public:
  explicit SequenceCheck(std::size_t publishers) : publishers_(publishers) {}

  void take(std::size_t publisher, std::uint64_t sequence) {
    Seen& seen = publishers_[publisher];
    if (sequence >= seen.next) {
      seen.missing += sequence - seen.next;
      seen.next = sequence + 1;
    } else if (seen.missing > 0) {  // one that was missed comes late
      --seen.missing;
      ++seen.disordered;
    } else {
      ++seen.repeated;
    }
  }

  /// Everything below was either seen or is missing.
  [[nodiscard]] std::uint64_t next(std::size_t publisher) const { return publishers_[publisher].next; }

  /// `sent`: how many each publisher has sent.
  [[nodiscard]] Verdict verdict(std::span<const std::uint64_t> sent) const {
    Verdict sum;
    for (std::size_t i = 0; i < publishers_.size(); ++i) {
      const Seen& seen = publishers_[i];
      const std::uint64_t behind = sent[i] > seen.next ? sent[i] - seen.next : 0;
      sum += {.missing = seen.missing + behind, .repeated = seen.repeated, .disordered = seen.disordered};
    }
    return sum;
  }

 private:
  struct Seen {
    std::uint64_t next = 0;
    std::uint64_t missing = 0;
    std::uint64_t repeated = 0;
    std::uint64_t disordered = 0;
  };

  std::vector<Seen> publishers_;
};

}  // namespace fanfare::cli
