#pragma once
// Requests a stop at a time, unless it goes before: what ends calls that would overstay a drain. Owned by who drains;
// a thread of its own that only waits.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace fanfare::workers::telegram {

class StopAt {
 public:
  StopAt(std::stop_source stop, std::chrono::steady_clock::time_point at)
      : thread_([this, stop = std::move(stop), at](const std::stop_token& gone) mutable {
          std::unique_lock lock(mutex_);
          never_.wait_until(lock, gone, at, [] { return false; });
          if (!gone.stop_requested()) stop.request_stop();
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any never_;
  std::jthread thread_;  // last
};

}  // namespace fanfare::workers::telegram
