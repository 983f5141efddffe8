#pragma once
// What the journal's threads tell: events for the core's thread, in order, and notices for the log. Any thread. The
// events are bounded by what was asked for; of the notices the newest 1,000 are kept.

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "broker/core/journal.hpp"

namespace fanfare::broker::journal {

class Outcomes {
 public:
  explicit Outcomes(std::function<void()> wake) : wake_(std::move(wake)) {}

  void push(std::vector<core::JournalEvent> events) {
    if (events.empty()) return;
    {
      const std::lock_guard lock(mutex_);
      for (auto& event : events) events_.push_back(std::move(event));
    }
    wake_();
  }
  void push(core::JournalEvent event) {
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
    }
    wake_();
  }
  std::vector<core::JournalEvent> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(events_, {});
  }

  /// Lets the core's thread look at what is not an event.
  void wake() { wake_(); }

  void notice(std::string text) {
    constexpr std::size_t kMost = 1'000;
    {
      const std::lock_guard lock(mutex_);
      if (notices_.size() == kMost) notices_.pop_front();
      notices_.push_back(std::move(text));
    }
    wake_();
  }
  std::vector<std::string> take_notices() {
    const std::lock_guard lock(mutex_);
    const auto taken = std::exchange(notices_, {});
    return {taken.begin(), taken.end()};
  }

 private:
  std::function<void()> wake_;
  std::mutex mutex_;
  std::vector<core::JournalEvent> events_;
  std::deque<std::string> notices_;
};

}  // namespace fanfare::broker::journal
