#pragma once
// The connection's latest state, for whoever asks or waits for it. Written by the I/O thread, read by any.

#include <fanfare/state.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace fanfare::transport {

class StateBoard {
 public:
  void set(State state) {
    {
      const std::lock_guard lock(mutex_);
      state_ = std::move(state);
    }
    changed_.notify_all();
  }

  [[nodiscard]] State get() const {
    const std::lock_guard lock(mutex_);
    return state_;
  }

  /// True once there is a session; false when there won't be one, or not in time.
  [[nodiscard]] bool wait_ready(std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, timeout, [this] {
      return state_.connection != Connection::connecting && state_.connection != Connection::reconnecting;
    });
    return state_.connection == Connection::ready;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  State state_;
};

}  // namespace fanfare::transport
