#pragma once
// Keeps a list of processes running: starts them in order, each when the one before it is ready, starts again what
// ends, with back-off, and stops them in reverse order. Owned by `fanfare up`; one thread of its own starts, watches
// and reaps (children die with it, see child_process.hpp). start() (once) and stop() are called by the owner, one
// at a time; reload() and snapshot() by any thread.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "runtime/process/wake_up.hpp"
#include "runtime/supervisor/process_state.hpp"
#include "runtime/supervisor/supervised_process.hpp"

namespace fanfare::runtime {

class Supervisor {
 public:
  Supervisor(std::vector<ProcessSpec> processes, SupervisorOptions options, Logger& log, LineSink sink);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Returns when all are ready, plug-ins aside. If one ends or misses its deadline before that, or `stop` is
  /// requested, all are stopped and the error names it. Afterwards whatever ends is started again.
  [[nodiscard]] Result<void> start(std::stop_token stop = {});

  /// SIGTERM in reverse order, each with the deadline of the options, then SIGKILL. Returns when none runs; safe to
  /// repeat.
  void stop();

  /// Has every running process but the plug-ins read its configuration again (SIGHUP); returns at once.
  void reload();

  std::vector<ProcessState> snapshot() const;

 private:
  void run(const std::stop_token& stop);
  bool start_next(std::chrono::steady_clock::time_point now);
  void wait();
  void publish();
  void report_start(Result<void> outcome);

  const SupervisorOptions options_;
  Logger& log_;
  const LineSink sink_;

  // The supervising thread's, once it runs.
  std::vector<SupervisedProcess> processes_;
  std::size_t started_ = 0;
  bool is_starting_ = true;

  std::atomic<bool> wants_reload_ = false;
  WakeUp wake_up_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<ProcessState> snapshot_;         // guarded by mutex_
  std::optional<Result<void>> start_outcome_;  // guarded by mutex_
  std::jthread thread_;                        // last, so that it is joined before the rest goes
};

}  // namespace fanfare::runtime
