#pragma once
// What all clients together may have on their way to the broker (semantics §5): one pool that every session's credit is
// lent from, so that a thousand sessions can't send a thousand windows at once. Owned by Sessions; the core's thread
// only.

#include <algorithm>
#include <cstdint>

namespace fanfare::broker::core {

class CreditPool {
 public:
  /// Every session gets so much, whatever the others have: lent is at most the pool and this for each.
  static constexpr std::uint64_t kLeast = 16U << 10U;

  CreditPool(std::uint64_t size, std::uint64_t window) : size_(size), window_(window) {}

  void joined() { ++sessions_; }
  void left() { --sessions_; }
  void lend(std::uint64_t bytes) { lent_ += bytes; }
  void take_back(std::uint64_t bytes) { lent_ -= bytes; }

  /// How much a session that may still send `unused` bytes may have in all: its share, unless others have the rest of
  /// the pool. Less than `unused` when its window shrinks; what was lent is not taken back.
  [[nodiscard]] std::uint64_t window(std::uint64_t unused) const {
    const auto least = std::min(kLeast, window_);
    const auto share = std::clamp(size_ / std::max<std::uint64_t>(sessions_, 1), least, window_);
    const auto others = lent_ - unused;
    return std::min(share, std::max(least, size_ - std::min(size_, others)));
  }

  /// Bytes that may still come.
  [[nodiscard]] std::uint64_t lent() const { return lent_; }

 private:
  std::uint64_t size_;
  std::uint64_t window_;
  std::uint64_t sessions_ = 0;
  std::uint64_t lent_ = 0;
};

}  // namespace fanfare::broker::core
