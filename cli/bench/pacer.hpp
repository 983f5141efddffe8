#pragma once
// When each message of a publisher is due. Used on the publisher's thread.

#include <chrono>
#include <cstdint>
#include <stop_token>

namespace fanfare::cli {

class Pacer {
 public:
  using Clock = std::chrono::steady_clock;

  /// `rate` a second; 0: everything is due at once.
  Pacer(Clock::time_point begin, double rate) : begin_(begin), rate_(rate) {}

  [[nodiscard]] Clock::time_point due(std::uint64_t number) const {
    if (rate_ <= 0) return begin_;
    const std::chrono::duration<double> after(static_cast<double>(number) / rate_);
    return begin_ + std::chrono::duration_cast<Clock::duration>(after);
  }

  /// Until message `number` is due. False when it was stopped, which it notices within 20 ms.
  [[nodiscard]] bool wait(std::uint64_t number, const std::stop_token& stop) const;

 private:
  Clock::time_point begin_;
  double rate_;
};

/// Lets waits of this thread end when they should: by default the kernel rounds them up by 50 µs.
void wake_this_thread_in_time();

}  // namespace fanfare::cli
