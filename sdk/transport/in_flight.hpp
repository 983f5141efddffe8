#pragma once
// The bound on bytes that were published and have no outcome yet. acquire() by publishing threads, release() by the I/O
// thread and by the one that has run an acknowledgement's callback. It keeps the bound but for one case: a message
// larger than the bound may go alone.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace fanfare::transport {

class InFlight {
 public:
  explicit InFlight(std::size_t bound) : bound_(bound) {}

  /// Takes `size` bytes, waiting up to `patience` for room; false when there was none. `in_handler`: what waits for
  /// callbacks does not count, for those could not run while this one waits.
  [[nodiscard]] bool acquire(std::size_t size, std::chrono::milliseconds patience, bool in_handler);
  /// Takes `size` bytes whether or not there is room.
  void take(std::size_t size) { unacknowledged_.fetch_add(size); }
  /// `size` bytes were acknowledged; with `for_callback` they go on counting until called_back().
  void release(std::size_t size, bool for_callback);
  void called_back(std::size_t size);
  /// Lets all who wait go, with false; nobody waits any more.
  void close();

 private:
  [[nodiscard]] bool try_acquire(std::size_t size, bool in_handler);
  void tell();

  const std::size_t bound_;
  std::atomic<std::size_t> unacknowledged_{0};
  std::atomic<std::size_t> for_callbacks_{0};
  std::atomic<int> waiting_{0};
  std::atomic<bool> closed_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace fanfare::transport
