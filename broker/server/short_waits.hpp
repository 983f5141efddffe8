#pragma once
// Whether the server's thread is likely to wait for so short a time that it should look again and again instead of
// sleeping: putting a processor to sleep and waking it costs 10 to 20 µs on a virtual machine, more than a request is
// worth. A two-bit predictor (J. E. Smith, A Study of Branch Prediction Strategies, ISCA 1981, strategy 7) for each
// outcome of the wait before, so that it learns waits that are always short (one caller, one request after the other)
// and those that are short in turns (a publish, the disk, the next publish). An idle broker never looks. Owned by the
// server's loop; its thread only.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace fanfare::broker::server {

class ShortWaits {
 public:
  using Time = std::chrono::nanoseconds;

  /// How long it is worth to look: a disk has synced a small write by then, and the next of 5,000 messages a second is
  /// there.
  static constexpr std::chrono::microseconds kShort{200};

  /// So many bytes came in the turn before the wait. Where much comes, a few large turns are cheaper than many small
  /// ones.
  void came(std::size_t bytes) { flow_ = flow_ / 2 + bytes; }

  /// Whether to look for the time kShort before sleeping.
  [[nodiscard]] bool expected() const { return flow_ < kFlood && predictors_[was_short_] >= kLikely; }

  /// The wait took so long.
  void ended(Time time) {
    auto& predictor = predictors_[was_short_];
    const bool is_short = time <= kShort;
    if (is_short && predictor < kMost) ++predictor;
    if (!is_short && predictor > 0) --predictor;
    was_short_ = is_short ? 1 : 0;
  }

 private:
  static constexpr std::size_t kFlood = 4U << 10U;
  static constexpr std::uint8_t kMost = 3;
  static constexpr std::uint8_t kLikely = 2;

  std::array<std::uint8_t, 2> predictors_{};  // by whether the wait before was short
  std::size_t was_short_ = 0;
  std::size_t flow_ = 0;  // bytes; those of each earlier turn count half
};

}  // namespace fanfare::broker::server
