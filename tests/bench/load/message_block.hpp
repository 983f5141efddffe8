#pragma once
// Many messages as they go over a wire, encoded once: for each only its number and time are written again. What stands
// around a payload – a protocol's head and tail – is the same for all; a prefix may stand before the first. Owned by
// one publisher.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/bench/load/stamp.hpp"

namespace fanfare::load {

/// What stands around the payloads of a block.
struct Encoding {
  std::string prefix = {};  ///< once, before the first message
  std::string head = {};
  std::string tail = {};
};

class MessageBlock {
 public:
  MessageBlock(const Encoding& encoding, std::size_t payload_size, std::uint64_t capacity)
      : prefix_size_(encoding.prefix.size()),
        head_size_(encoding.head.size()),
        stride_(head_size_ + payload_size + encoding.tail.size()),
        capacity_(capacity),
        bytes_(encoding.prefix) {
    bytes_.reserve(prefix_size_ + capacity * stride_);
    for (std::uint64_t index = 0; index < capacity; ++index) {
      bytes_.append(encoding.head).append(payload_size, 'x').append(encoding.tail);
    }
  }

  /// How many messages fit.
  [[nodiscard]] std::uint64_t capacity() const { return capacity_; }
  /// Bytes of a message with what is around it.
  [[nodiscard]] std::size_t stride() const { return stride_; }

  /// The prefix and the first `count` messages, numbered from `first`; all are probes if that is 0.
  std::string_view stamp(std::uint64_t first, std::uint64_t count) {
    const auto now = now_ns();
    for (std::uint64_t index = 0; index < count; ++index) {
      write_stamp(message(index) + head_size_, {.number = first == 0 ? 0 : first + index, .sent_ns = now});
    }
    return {bytes_.data(), prefix_size_ + count * stride_};
  }

  [[nodiscard]] char* data() { return bytes_.data(); }
  /// Where a message begins, for protocols that number theirs.
  [[nodiscard]] char* message(std::uint64_t index) { return bytes_.data() + prefix_size_ + index * stride_; }

 private:
  std::size_t prefix_size_;
  std::size_t head_size_;
  std::size_t stride_;
  std::uint64_t capacity_;
  std::string bytes_;
};

}  // namespace fanfare::load
