#include "cli/waiter.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "cli/exit_code.hpp"
#include "runtime/service/signals.hpp"

namespace fanfare::cli {
namespace {

/// Even with nothing to wait for, the loop looks around once in a while.
constexpr std::chrono::milliseconds kLongestWait{60'000};

int milliseconds_until(Clock::time_point deadline) {
  const auto now = Clock::now();
  if (deadline <= now) return 0;
  if (deadline - now > kLongestWait) return static_cast<int>(kLongestWait.count());
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(deadline - now).count());
}

}  // namespace

Waiter::Waiter() : signals_(runtime::take_signals()) {}

WaitEnd Waiter::wait(Clock::time_point deadline, const std::function<bool()>& done) {
  while (!done()) {
    if (take_signals()) return WaitEnd::kSignaled;
    if (Clock::now() >= deadline) return WaitEnd::kDeadline;
    poll_once(-1, deadline);
    wake_up_.clear();
  }
  return WaitEnd::kHappened;
}

WaitEnd Waiter::wait_readable(int fd, Clock::time_point deadline) {
  while (!poll_once(fd, deadline)) {
    if (take_signals()) return WaitEnd::kSignaled;
    if (Clock::now() >= deadline) return WaitEnd::kDeadline;
    wake_up_.clear();
  }
  return take_signals() ? WaitEnd::kSignaled : WaitEnd::kHappened;
}

/// Whether `fd` can be read. A negative one is never.
bool Waiter::poll_once(int fd, Clock::time_point deadline) {
  std::array<pollfd, 3> sources = {{{fd, POLLIN, 0}, {signals_.get(), POLLIN, 0}, {wake_up_.fd(), POLLIN, 0}}};
  ::poll(sources.data(), sources.size(), milliseconds_until(deadline));
  return sources[0].revents != 0;
}

bool Waiter::take_signals() {
  if (!runtime::next_signal(signals_)) return false;
  if (interrupted_) ::_exit(kInterrupted);
  interrupted_ = true;
  return true;
}

}  // namespace fanfare::cli
