#pragma once
// The topics a session has been told of (PROTOCOL.md §7), by stream and number. Where messages go to many topics it is
// asked and filled for each of them, so this is one flat table (open addressing, linear probing: Knuth, The Art of
// Computer Programming, volume 3, §6.4, algorithms L and R) and not a map of nodes. Owned by its session's outbox; the
// core's thread only.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "broker/core/topic_table.hpp"

namespace fanfare::broker::core {

class AnnouncedTopics {
 public:
  /// False when it was there. The topic has its number.
  bool add(const Topic& topic) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    auto& slot = slots_[place(key_of(topic))];
    if (slot != kFree) return false;
    slot = key_of(topic);
    ++size_;
    return true;
  }

  /// False when it was not there.
  bool remove(const Topic& topic) {
    if (size_ == 0) return false;
    auto hole = place(key_of(topic));
    if (slots_[hole] == kFree) return false;
    // What stands behind it up to the next free place moves up, unless that would be before its home.
    for (auto at = next(hole); slots_[at] != kFree; at = next(at)) {
      const auto from_home = (at - home(slots_[at])) & (slots_.size() - 1);
      if (from_home < ((at - hole) & (slots_.size() - 1))) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = kFree;
    --size_;
    return true;
  }

  /// Keeps its room: it fills again.
  void clear() {
    std::ranges::fill(slots_, kFree);
    size_ = 0;
  }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  using Key = std::uint64_t;
  static constexpr Key kFree = 0;  // no topic has the number 0
  static constexpr std::size_t kLeast = 16;

  [[nodiscard]] static Key key_of(const Topic& topic) { return Key{topic.stream} << 32U | topic.number; }

  /// Fibonacci hashing (Knuth, the same §): numbers that follow each other are scattered.
  [[nodiscard]] std::size_t home(Key key) const {
    return static_cast<std::size_t>(key * 0x9E3779B97F4A7C15U >> (64 - std::countr_zero(slots_.size())));
  }
  [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }

  /// Where the key stands, or the free place where it would.
  [[nodiscard]] std::size_t place(Key key) const {
    auto at = home(key);
    while (slots_[at] != kFree && slots_[at] != key) at = next(at);
    return at;
  }

  void grow() {
    const auto before = std::exchange(slots_, std::vector<Key>(std::max(kLeast, 2 * slots_.size()), kFree));
    for (const auto key : before) {
      if (key != kFree) slots_[place(key)] = key;
    }
  }

  std::vector<Key> slots_;  // a power of two of them, at most half of them used
  std::size_t size_ = 0;
};

}  // namespace fanfare::broker::core
