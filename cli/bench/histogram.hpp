#pragma once
// Counts of values in buckets that grow with them, as HdrHistogram does: exact below 256, then 128 buckets for each
// doubling. Value type; one thread adds, others only look when it has ended.
// Promise: a quantile is never below the true one and at most 1/128 above it, whatever the values were.

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace fanfare::cli {

class Histogram {
 public:
  void add(std::uint64_t value) {
    ++buckets_[bucket_of(value)];
    ++count_;
    max_ = std::max(max_, value);
  }

  void merge(const Histogram& other) {
    for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t max() const { return max_; }

  /// The value that this part of all, from 0 to 1, does not exceed; 0 when there are none.
  [[nodiscard]] std::uint64_t quantile(double part) const {
    const auto wanted = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(std::ceil(std::clamp(part, 0.0, 1.0) * static_cast<double>(count_))));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen >= wanted) return std::min(highest_in(i), max_);
    }
    return max_;
  }

 private:
  static constexpr unsigned kSubBits = 7;
  static constexpr std::size_t kSub = 1U << kSubBits;
  static constexpr std::size_t kExact = 2 * kSub;  ///< below it a bucket is one value
  static constexpr std::size_t kDoublings = 64 - kSubBits - 1;

  /// The bits below the leading eight are dropped; how many there were names the doubling.
  static std::size_t bucket_of(std::uint64_t value) {
    if (value < kExact) return value;
    const auto dropped = static_cast<unsigned>(std::bit_width(value)) - (kSubBits + 1);
    return kExact + (dropped - 1) * kSub + ((value >> dropped) - kSub);
  }
  static std::uint64_t highest_in(std::size_t bucket) {
    if (bucket < kExact) return bucket;
    const auto dropped = (bucket - kExact) / kSub + 1;
    const std::uint64_t leading = (bucket - kExact) % kSub + kSub;
    return (leading << dropped) + ((std::uint64_t{1} << dropped) - 1);
  }

  std::array<std::uint64_t, kExact + kDoublings * kSub> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace fanfare::cli
