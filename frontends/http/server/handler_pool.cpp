#include "frontends/http/server/handler_pool.hpp"

#include <utility>

namespace fanfare::frontends::http {

HandlerPool::HandlerPool(std::size_t threads, std::size_t queue) : bound_(queue) {
  for (std::size_t index = 0; index < threads; ++index) threads_.emplace_back([this] { run(); });
}

HandlerPool::~HandlerPool() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
}

bool HandlerPool::submit(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (is_ending_ || waiting_.size() >= bound_) return false;
    waiting_.push_back(std::move(work));
  }
  changed_.notify_one();
  return true;
}

void HandlerPool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::function<void()> work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work();
    work = nullptr;  // what it holds may take locks of its own when it goes
    lock.lock();
  }
}

}  // namespace fanfare::frontends::http
