#pragma once
// Runs handlers and callbacks, one at a time and in order, on a thread of its own or on the caller's executor. push()
// from any thread never waits; what piles up is bounded by the credit window and by InFlight. It promises that nothing
// else of the SDK waits for a handler.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace fanfare::transport {

class Dispatcher : public std::enable_shared_from_this<Dispatcher> {
 public:
  using Work = std::function<void()>;

  Dispatcher(std::function<void(Work)> executor, std::function<void(const std::exception&)> on_error);

  /// After construction, once.
  void start();
  /// False after stop(): the work will not run.
  bool push(Work work);
  /// Runs what may throw; the error goes to the option's on_handler_error or to standard error.
  template <class Run>
  void guard(Run&& run) noexcept {
    try {
      run();
    } catch (const std::exception& error) {
      report(error);
    } catch (...) {
      report(std::runtime_error("an exception that is no std::exception"));
    }
  }

  [[nodiscard]] bool on_this_thread() const { return runner_ == std::this_thread::get_id(); }
  /// Nothing waits to be run.
  [[nodiscard]] bool idle() const;

  /// Work says whose handler it is about to run; nullptr: nobody's any more.
  void running(const void* owner);
  /// Waits until no handler of `owner` runs, at most until `deadline`; at once in a handler.
  void wait_for(const void* owner, std::chrono::steady_clock::time_point deadline);

  /// Runs what waits, then ends the thread; at `deadline`, or in a handler, it is left to end by itself.
  void stop(std::chrono::steady_clock::time_point deadline);

 private:
  void report(const std::exception& error) noexcept;
  void run();
  void drain();
  [[nodiscard]] bool next(Work& work);

  const std::function<void(Work)> executor_;
  const std::function<void(const std::exception&)> on_error_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> queue_;
  bool stopping_ = false;
  bool ended_ = false;  ///< nothing runs and nothing will
  bool scheduled_ = false;

  std::atomic<std::thread::id> runner_{};
  std::atomic<const void*> owner_{nullptr};
  std::atomic<int> waiting_{0};
  std::mutex owner_mutex_;
  std::condition_variable owner_changed_;
  std::thread thread_;
};

}  // namespace fanfare::transport
