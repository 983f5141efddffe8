#pragma once
// Acknowledgements of publishes, joined into runs: thousands of a batch become one range of PUBACK. Owned by its
// session; the core's thread only.

#include <algorithm>
#include <vector>

#include "protocol/commands.hpp"

namespace fanfare::broker::core {

class AckRanges {
 public:
  /// An ephemeral publish that was handed to so many sessions.
  void add(protocol::RequestNumber request, std::uint32_t sessions) {
    if (!ranges_.empty()) {
      auto& run = ranges_.back();
      if (request == run.first + run.count && run.stream == protocol::kNoStream && run.sequence == sessions) {
        ++run.count;
        return;
      }
    }
    ranges_.push_back({.first = request, .count = 1, .sequence = sessions});
  }

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
    const auto step = ack.stream == protocol::kNoStream ? 0U : run.count;
    return ack.first == run.first + run.count && ack.sequence == run.sequence + step && run.flags == ack.flags &&
           run.stream == ack.stream && run.epoch == ack.epoch;
  }

  std::vector<protocol::AckRange> ranges_;
};

}  // namespace fanfare::broker::core
