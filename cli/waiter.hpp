#pragma once
// What the main thread of a command waits with: until something is done, a deadline has passed or a signal came.
// Made before any other thread, because each inherits the blocked signals. Used on the main thread; wake() on any.
// Promise: a second signal ends the process at once, so nobody has to wait for a command that hangs.

#include <chrono>
#include <cstdint>
#include <functional>

#include "runtime/process/file_descriptor.hpp"
#include "runtime/process/wake_up.hpp"

namespace fanfare::cli {

using Clock = std::chrono::steady_clock;

enum class WaitEnd : std::uint8_t { kHappened, kDeadline, kSignaled };

class Waiter {
 public:
  Waiter();

  /// Makes wait() ask its condition again.
  void wake() const { wake_up_.wake(); }

  /// A signal interrupts the wait during which it comes (or the next one), and no later one.
  WaitEnd wait(Clock::time_point deadline, const std::function<bool()>& done);

  /// The same until `fd` can be read, or its other side is gone.
  WaitEnd wait_readable(int fd, Clock::time_point deadline = Clock::time_point::max());

  /// Whether a signal has come.
  [[nodiscard]] bool interrupted() const { return interrupted_; }

 private:
  bool poll_once(int fd, Clock::time_point deadline);
  bool take_signals();

  runtime::FileDescriptor signals_;
  runtime::WakeUp wake_up_;
  bool interrupted_ = false;
};

}  // namespace fanfare::cli
