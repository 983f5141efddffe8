#pragma once
// What one subscriber has received, and the proof that it is everything, in order: numbers 1, 2, 3 … each once.
// Measures latency where it is told from which number on. Owned by the thread that receives; a few instructions a
// message.

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

#include "cli/bench/histogram.hpp"
#include "tests/bench/load/stamp.hpp"

namespace fanfare::load {

class Inbox {
 public:
  explicit Inbox(std::size_t payload_size) : payload_size_(payload_size) {}

  /// Of messages from this number on the latency is kept, in nanoseconds.
  void measure_latency_from(std::uint64_t number) { measured_from_ = number; }

  void take(std::string_view payload) {
    if (payload.size() != payload_size_) throw std::runtime_error("a payload came with another size than it was sent");
    const auto stamp = read_stamp(payload.data());
    if (stamp.number == 0) {
      probed_ = true;
      return;
    }
    ++received_;
    if (stamp.number == next_) {
      ++next_;
    } else if (stamp.number < next_) {
      in_order_ = false;
    } else {
      missing_ += stamp.number - next_;
      next_ = stamp.number + 1;
    }
    if (stamp.number >= measured_from_) latency_.add(static_cast<std::uint64_t>(now_ns() - stamp.sent_ns));
  }

  [[nodiscard]] bool probed() const { return probed_; }
  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] bool in_order() const { return in_order_; }
  /// Each of the numbers up to `published` has come, and once.
  [[nodiscard]] bool has_all(std::uint64_t published) const {
    return missing_ == 0 && received_ == published && next_ == published + 1;
  }
  [[nodiscard]] const cli::Histogram& latency() const { return latency_; }

 private:
  std::size_t payload_size_;
  std::uint64_t measured_from_ = UINT64_MAX;
  std::uint64_t next_ = 1;
  std::uint64_t received_ = 0;
  std::uint64_t missing_ = 0;
  bool in_order_ = true;
  bool probed_ = false;
  cli::Histogram latency_;
};

}  // namespace fanfare::load
