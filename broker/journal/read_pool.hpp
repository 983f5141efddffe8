#pragma once
// The threads that read: each takes the oldest job that waits, so that long readings, cut into answers of bounded work,
// share them fairly. Owned by the journal. What waits is bounded by the callers: one job a reader.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace fanfare::broker::journal {

class ReadPool {
 public:
  using Job = std::function<void()>;

  explicit ReadPool(std::uint32_t threads);
  ~ReadPool() { stop(); }

  void push(Job job);
  /// Ends the threads after the jobs they are at; what waits is dropped.
  void stop();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace fanfare::broker::journal
