#pragma once
// Tells a flood wait of one address from one of all: when several addresses get one within a minute, it is about us.
// Owned by the sender; its thread. Holds no more than it takes to see that.

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <utility>

namespace fanfare::workers::notify {

class FloodWatch {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// True: this one is about all.
  [[nodiscard]] bool note(const std::string& address, TimePoint now) {
    while (!waits_.empty() && waits_.front().first + kSpan < now) waits_.pop_front();
    std::erase_if(waits_, [&](const auto& wait) { return wait.second == address; });
    waits_.emplace_back(now, address);
    if (waits_.size() < kSeveral) return false;
    waits_.clear();
    return true;
  }

 private:
  static constexpr std::chrono::seconds kSpan{60};
  static constexpr std::size_t kSeveral = 3;

  std::deque<std::pair<TimePoint, std::string>> waits_;  ///< the oldest first
};

}  // namespace fanfare::workers::notify
