#pragma once
// How often each value was measured, log-linear as in HdrHistogram: exact below 256, above it within 1/128 of the
// value, whatever its size. A fixed array: adding a value takes no memory. A value type; any thread, one at a time.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace fanfare::runtime {

class Histogram {
 public:
  void add(std::uint64_t value) {
    ++counts_[bucket_of(value)];
    ++count_;
    if (value > max_) max_ = value;
  }

  void add(const Histogram& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t max() const { return max_; }

  /// The value that this share of all values does not pass, 0.99 for p99; 0 when there are none.
  [[nodiscard]] std::uint64_t quantile(double share) const;

 private:
  static constexpr unsigned kExactBits = 8;  // values of that many bits have a bucket each
  static constexpr std::size_t kHalf = std::size_t{1} << (kExactBits - 1);
  static constexpr std::size_t kBuckets = (64 - kExactBits + 2) * kHalf;

  /// The leading eight bits of a value and how far they are shifted.
  static constexpr std::size_t bucket_of(std::uint64_t value) {
    const auto bits = static_cast<unsigned>(std::bit_width(value));
    const auto shift = bits > kExactBits ? bits - kExactBits : 0U;
    return shift * kHalf + static_cast<std::size_t>(value >> shift);
  }
  /// The greatest value of a bucket.
  static constexpr std::uint64_t top_of(std::size_t bucket) {
    if (bucket < 2 * kHalf) return bucket;
    const auto shift = bucket / kHalf - 1;
    const auto leading = static_cast<std::uint64_t>(bucket - shift * kHalf);
    return ((leading + 1) << shift) - 1;
  }

  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace fanfare::runtime
