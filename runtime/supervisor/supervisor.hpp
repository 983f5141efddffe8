#pragma once
// Keeps a list of processes running: starts them in order, each when the one before it is ready, starts again what
// ends, with back-off, follows a list that changes, and stops them in reverse order. Owned by `fanfare up`; one thread
// of its own starts, watches and reaps (children die with it, see child_process.hpp) and waits for no single process,
// so that one that takes its time keeps nothing else from being restarted. start() (once) and stop() are called by the
// owner, one at a time; run_these(), reload() and snapshot() by any thread.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
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

  /// From now on these are to run. What is running already – the same component and replica, program and environment –
  /// goes on under the name it has; the others are told to end, each within `stop_deadline`, and the new ones are
  /// started, in the place of one that is still ending when that has ended. Returns when all have been told; a list
  /// that comes before the start has ended is followed after it.
  void run_these(std::vector<ProcessSpec> processes, std::chrono::milliseconds stop_deadline);

  /// SIGTERM in reverse order, the replicas of a component together, each with its deadline, then SIGKILL. Returns when
  /// none runs; safe to repeat.
  void stop();

  /// Has every running process but the plug-ins read its configuration again (SIGHUP); returns at once.
  void reload();

  std::vector<ProcessState> snapshot() const;

 private:
  using TimePoint = SupervisedProcess::TimePoint;
  struct Wanted {
    std::vector<ProcessSpec> processes;
    std::chrono::milliseconds stop_deadline{};
  };

  void run(const std::stop_token& stop);
  bool start_next(TimePoint now);
  void follow(TimePoint now);
  void stop_unwanted(TimePoint now);
  void launch_missing(TimePoint now);
  void stop_all();
  void advance_all();
  void wait();
  void publish();
  void report_start(Result<void> outcome);
  std::unique_ptr<SupervisedProcess> make(ProcessSpec spec) const;

  const SupervisorOptions options_;
  Logger& log_;
  const LineSink sink_;

  // The supervising thread's, once it runs.
  std::vector<std::unique_ptr<SupervisedProcess>> processes_;
  Wanted wanted_;
  bool is_starting_ = true;

  std::atomic<bool> wants_reload_ = false;
  WakeUp wake_up_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<ProcessState> snapshot_;         // guarded by mutex_
  std::optional<Result<void>> start_outcome_;  // guarded by mutex_
  std::optional<Wanted> next_wanted_;          // guarded by mutex_; the newest list only
  std::uint64_t lists_given_ = 0;              // guarded by mutex_
  std::uint64_t lists_followed_ = 0;           // guarded by mutex_
  std::jthread thread_;                        // last, so that it is joined before the rest goes
};

}  // namespace fanfare::runtime
