#include "workers/store/postgres/connection_deadlines.hpp"

#include <sys/socket.h>

#include <algorithm>

namespace fanfare::workers::store {

ConnectionDeadlines::Guard::Guard(ConnectionDeadlines& deadlines, int socket, Clock::time_point deadline)
    : deadlines_(deadlines), wait_([&] {
        const std::lock_guard lock(deadlines.mutex_);
        deadlines.changed_.notify_one();
        return deadlines.waits_.insert(deadlines.waits_.end(), Wait{socket, deadline});
      }()) {}

ConnectionDeadlines::Guard::~Guard() {
  const std::lock_guard lock(deadlines_.mutex_);
  deadlines_.waits_.erase(wait_);
}

/// The thread is not woken: it looks again when the earlier deadline has come.
bool ConnectionDeadlines::Guard::extend(Clock::time_point deadline) {
  const std::lock_guard lock(deadlines_.mutex_);
  if (wait_->deadline == Clock::time_point::max()) return false;
  wait_->deadline = deadline;
  return true;
}

ConnectionDeadlines::ConnectionDeadlines() : thread_([this] { run(); }) {}

ConnectionDeadlines::~ConnectionDeadlines() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_one();
  }
  thread_.join();
}

void ConnectionDeadlines::run() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    const auto first = std::ranges::min_element(waits_, {}, &Wait::deadline);
    if (first == waits_.end() || first->deadline == Clock::time_point::max()) {
      changed_.wait(lock);
    } else if (const Clock::time_point deadline = first->deadline; Clock::now() < deadline) {
      changed_.wait_until(lock, deadline);
    } else {
      ::shutdown(first->socket, SHUT_RDWR);
      first->deadline = Clock::time_point::max();
    }
  }
}

}  // namespace fanfare::workers::store
