#pragma once
// A fixed number of threads that do what they are given, in the order it came. Owned by a command; add() may be called
// from any thread. The queue is bounded by whoever adds: no more is given than was asked for.
// Promise: the destructor drops what has not begun and waits for what has.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace fanfare::cli {

class WorkerPool {
 public:
  /// Work is told when it should give up.
  using Work = std::function<void(const std::stop_token&)>;

  explicit WorkerPool(std::size_t threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void add(Work work);

 private:
  void run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any added_;
  std::deque<Work> waiting_;           // guarded by mutex_
  std::vector<std::jthread> threads_;  // last, so that they are joined before the rest goes
};

}  // namespace fanfare::cli
