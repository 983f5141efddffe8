#pragma once
// Acknowledgements of publishes, joined into runs: thousands of a batch become one range of PUBACK. Owned by its
// session; the core's thread only.

#include <algorithm>
#include <vector>

#include "protocol/commands.hpp"

namespace fanfare::broker::core {

class AckRanges {
 public:
  /// `ack` is of one publish (count 1); it joins the run before it where it goes on.
  void add(const protocol::AckRange& ack) {
    if (!ranges_.empty() && continues(ranges_.back(), ack)) {
      ++ranges_.back().count;
    } else {
      ranges_.push_back(ack);
    }
  }

  [[nodiscard]] bool empty() const { return ranges_.empty(); }

  /// Hands over what has gathered, in pieces that fit a frame.
  template <class Take>
  void take(Take take) {
    constexpr std::size_t kMax = 4096;
    for (std::size_t at = 0; at < ranges_.size(); at += kMax) {
      const auto begin = ranges_.begin() + static_cast<std::ptrdiff_t>(at);
      const auto count = static_cast<std::ptrdiff_t>(std::min(kMax, ranges_.size() - at));
      take(protocol::Puback{.ranges = {begin, begin + count}});
    }
    ranges_.clear();
  }

 private:
  static bool continues(const protocol::AckRange& run, const protocol::AckRange& ack) {
    const bool same = run.flags == ack.flags && run.stream == ack.stream && run.epoch == ack.epoch;
    const auto step = ack.stream == protocol::kNoStream ? 0U : run.count;
    return same && ack.first == run.first + run.count && ack.sequence == run.sequence + step;
  }

  std::vector<protocol::AckRange> ranges_;
};

}  // namespace fanfare::broker::core
