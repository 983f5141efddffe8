#pragma once
// How long to wait before the next attempt to connect: 100 ms, doubled up to 5 s, plus or minus a quarter by chance
// (PROTOCOL.md §1). Chance comes in as a number. A value; owned by the session.

#include <algorithm>
#include <chrono>

#include "sdk/session/instant.hpp"

namespace fanfare::session {

class BackOff {
 public:
  /// The next wait; `chance` lies between 0 and 1.
  [[nodiscard]] Duration next(double chance) {
    const auto wait = std::min(kLongest, kShortest * (1 << attempts_));
    if (wait < kLongest) ++attempts_;
    return std::chrono::duration_cast<Duration>(wait * (0.75 + 0.5 * chance));
  }

  void reset() { attempts_ = 0; }

 private:
  static constexpr std::chrono::milliseconds kShortest{100};
  static constexpr std::chrono::milliseconds kLongest{5'000};

  int attempts_ = 0;
};

}  // namespace fanfare::session
