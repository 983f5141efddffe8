// A notifier that remembers what it was to say, and answers what the test has written down. For tests only; the tests'
// thread and the sender's.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "workers/notify/notifier.hpp"

namespace fanfare::workers::notify::test_support {

class ScriptedNotifier final : public Notifier {
 public:
  struct Call {
    Notification notification;
    std::string changed;  ///< the message that was changed; empty: a new one
    std::chrono::steady_clock::time_point at;
  };

  explicit ScriptedNotifier(std::string name = "scripted", bool needs_link = true)
      : name_(std::move(name)), needs_link_(needs_link) {}

  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] bool needs_link() const override { return needs_link_; }
  [[nodiscard]] std::vector<Bucket> buckets(const std::string& address) const override {
    return make_buckets ? make_buckets(address) : std::vector<Bucket>{};
  }
  Told tell(const Notification& notification, Deadline) override { return answer(notification, {}); }
  Told change(const std::string& message, const Notification& notification, Deadline) override {
    return answer(notification, message);
  }

  /// What the next calls are answered; without, kTold.
  void then(Told told) {
    const std::lock_guard lock(mutex_);
    script_.push_back(std::move(told));
  }
  [[nodiscard]] std::vector<Call> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  [[nodiscard]] std::size_t count() const { return calls().size(); }

  /// Calls do not return before let_go().
  void hold() { set_held(true); }
  void let_go() { set_held(false); }

  std::function<std::vector<Bucket>(const std::string&)> make_buckets;

 private:
  Told answer(const Notification& notification, const std::string& changed) {
    std::unique_lock lock(mutex_);
    calls_.push_back({notification, changed, std::chrono::steady_clock::now()});
    Told told{.message = changed.empty() ? "m" + std::to_string(calls_.size()) : changed};
    if (!script_.empty()) {
      told = script_.front();
      script_.pop_front();
    }
    changed_.wait(lock, [this] { return !is_held_; });
    return told;
  }
  void set_held(bool is_held) {
    const std::lock_guard lock(mutex_);
    is_held_ = is_held;
    changed_.notify_all();
  }

  const std::string name_;
  const bool needs_link_;
  mutable std::mutex mutex_;  // guards the rest
  std::condition_variable changed_;
  std::vector<Call> calls_;
  std::deque<Told> script_;
  bool is_held_ = false;
};

}  // namespace fanfare::workers::notify::test_support
