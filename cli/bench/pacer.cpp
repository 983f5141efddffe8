#include "cli/bench/pacer.hpp"

#include <sys/prctl.h>

#include <algorithm>
#include <thread>

namespace fanfare::cli {

bool Pacer::wait(std::uint64_t number, const std::stop_token& stop) const {
  constexpr std::chrono::milliseconds kStep{20};
  if (rate_ <= 0) return !stop.stop_requested();
  const auto at = due(number);
  while (!stop.stop_requested()) {
    const auto now = Clock::now();
    if (now >= at) return true;
    std::this_thread::sleep_until(std::min(at, now + kStep));
  }
  return false;
}

void wake_this_thread_in_time() { ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL); }

}  // namespace fanfare::cli
