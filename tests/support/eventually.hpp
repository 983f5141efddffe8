#pragma once
// Waiting for something to become true, instead of sleeping and hoping.
// For tests only; called on the test's thread. Deadlines are multiplied by FANFARE_TEST_SLOWNESS (5 under sanitizers).

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace fanfare::test {

/// What deadlines are multiplied by: FANFARE_TEST_SLOWNESS, at least 1.
inline int slowness() {
  const char* text = std::getenv("FANFARE_TEST_SLOWNESS");
  return text == nullptr ? 1 : std::max(1, std::atoi(text));
}

/// The deadline for this machine and build.
inline std::chrono::milliseconds patient(std::chrono::milliseconds deadline) { return deadline * slowness(); }

/// Asks `condition` again and again until it says yes (true) or the deadline has passed (its last answer).
template <class F>
[[nodiscard]] bool eventually(std::chrono::milliseconds deadline, F&& condition) {
  constexpr std::chrono::milliseconds kPause{2};
  const auto end = std::chrono::steady_clock::now() + patient(deadline);
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    std::this_thread::sleep_for(kPause);
  }
  return condition();
}

}  // namespace fanfare::test
