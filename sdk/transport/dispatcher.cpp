#include "sdk/transport/dispatcher.hpp"

#include <cstdio>
#include <utility>

namespace fanfare::transport {

Dispatcher::Dispatcher(std::function<void(Work)> executor, std::function<void(const std::exception&)> on_error)
    : executor_(std::move(executor)), on_error_(std::move(on_error)) {}

void Dispatcher::start() {
  if (!executor_) thread_ = std::thread([self = shared_from_this()] { self->run(); });
}

bool Dispatcher::push(Work work) {
  bool schedule = false;
  {
    const std::lock_guard lock(mutex_);
    if (ended_ || (stopping_ && executor_ && !scheduled_)) return false;
    queue_.push_back(std::move(work));
    schedule = executor_ && !std::exchange(scheduled_, true);
  }
  changed_.notify_all();
  if (schedule) {
    guard([this] { executor_([self = shared_from_this()] { self->drain(); }); });
  }
  return true;
}

bool Dispatcher::next(Work& work) {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) {
    scheduled_ = false;
    if (stopping_) ended_ = true;
    return false;
  }
  work = std::move(queue_.front());
  queue_.pop_front();
  return true;
}

void Dispatcher::drain() {
  Work work;
  while (next(work)) {
    runner_ = std::this_thread::get_id();
    guard(work);
    work = nullptr;
    runner_ = std::thread::id();
  }
  changed_.notify_all();
}

void Dispatcher::run() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !queue_.empty() || stopping_; });
      if (queue_.empty()) {
        ended_ = true;
        break;
      }
    }
    drain();
  }
  changed_.notify_all();
}

void Dispatcher::report(const std::exception& error) noexcept {
  try {
    if (on_error_) return on_error_(error);
  } catch (...) {
    // It has been told once; a reporter that fails is reported below instead.
  }
  std::fprintf(stderr, "fanfare: a handler failed: %s\n", error.what());
}

bool Dispatcher::idle() const {
  const std::lock_guard lock(mutex_);
  return queue_.empty();
}

void Dispatcher::running(const void* owner) {
  // Ordered before the look at whether the owner is still active, as wait_for() is ordered after its end: of the two,
  // one sees the other.
  owner_.store(owner, std::memory_order_seq_cst);
  if (waiting_.load() == 0) return;
  const std::lock_guard lock(owner_mutex_);
  owner_changed_.notify_all();
}

void Dispatcher::wait_for(const void* owner, std::chrono::steady_clock::time_point deadline) {
  if (on_this_thread() || owner_.load(std::memory_order_seq_cst) != owner) return;
  std::unique_lock lock(owner_mutex_);
  ++waiting_;
  owner_changed_.wait_until(lock, deadline, [&] { return owner_.load() != owner; });
  --waiting_;
}

void Dispatcher::stop(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  if (!on_this_thread()) {
    changed_.wait_until(lock, deadline, [this] { return ended_ || (executor_ && !scheduled_); });
  }
  const bool ended = ended_ || (executor_ && !scheduled_);
  lock.unlock();
  if (!thread_.joinable()) return;
  if (ended) {
    thread_.join();
  } else {
    thread_.detach();  // it keeps what it needs alive and ends when its handler returns
  }
}

}  // namespace fanfare::transport
