#pragma once
// Why a bench cannot go on: the first reason that anybody names counts, stops the publishers and wakes the main thread.
// Any thread.

#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

#include "cli/waiter.hpp"

namespace fanfare::cli {

class Trouble {
 public:
  explicit Trouble(const Waiter& waiter) : waiter_(waiter) {}

  void report(std::string reason) {
    {
      const std::lock_guard lock(mutex_);
      if (!reason_.empty()) return;
      reason_ = std::move(reason);
    }
    stop_.request_stop();
    waiter_.wake();
  }

  /// Empty: there is none.
  [[nodiscard]] std::string reason() const {
    const std::lock_guard lock(mutex_);
    return reason_;
  }
  [[nodiscard]] bool is_there() const { return stop_.stop_requested(); }
  /// Requested when there is some.
  [[nodiscard]] std::stop_token stop() const { return stop_.get_token(); }

 private:
  const Waiter& waiter_;
  std::stop_source stop_;
  mutable std::mutex mutex_;
  std::string reason_;  // guarded by mutex_
};

}  // namespace fanfare::cli
