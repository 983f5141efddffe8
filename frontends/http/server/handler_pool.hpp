#pragma once
// A fixed number of threads that run handlers, with a bounded queue before them. Owned by the Server.
// submit() may be called from any thread; full means refused, never waiting.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace fanfare::frontends::http {

class HandlerPool {
 public:
  HandlerPool(std::size_t threads, std::size_t queue);
  /// Finishes what was begun; what waits is dropped.
  ~HandlerPool();

  /// False if the queue is full or the pool is ending. `work` must not throw.
  [[nodiscard]] bool submit(std::function<void()> work);

 private:
  void run();

  const std::size_t bound_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool is_ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace fanfare::frontends::http
