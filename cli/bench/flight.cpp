#include "cli/bench/flight.hpp"

#include <algorithm>

namespace fanfare::cli {

std::uint64_t Flight::done() const {
  std::uint64_t least = kNobody;
  for (const Lane& lane : lanes_) least = std::min(least, lane.done.load());
  return least;
}

/// With the mutex, so that it does not come between the sender's look and its sleep.
void Flight::wake() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

/// A lane tells when it passes `wanted_`. That is set before the lanes are looked at, and a lane looks at it after it
/// has moved: one of the two sees the other.
bool Flight::wait(std::uint64_t wanted, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  wanted_ = wanted;
  const auto is_there = [&] { return (known_done_ = done()) >= wanted; };
  while (true) {
    const std::uint64_t before = done();
    const bool there = changed_.wait_for(lock, stop, kPatience, is_there);
    if (there || stop.stop_requested() || known_done_ == before) {
      wanted_ = kNobody;
      return there;
    }
  }
}

}  // namespace fanfare::cli
