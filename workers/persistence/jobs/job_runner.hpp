#pragma once
// Runs jobs, one at a time, on a thread of its own: those that are due while it is active, and those that somebody asks
// for. Owned by the service; everything may be called from any thread. Each run is a row from its beginning on; what an
// earlier holder did not end is written as cut when this one becomes active. A job that fails is a row, a line of the
// log and a figure, and is tried again sooner. Promise: while it is not active no run begins, and one that is under way
// is told to end.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "runtime/logging/logger.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/result.hpp"
#include "workers/persistence/jobs/job.hpp"
#include "workers/store/job_store.hpp"

namespace fanfare::workers::persistence::jobs {

/// What is known of a job.
struct JobState {
  std::string name;
  std::chrono::milliseconds every{};
  std::optional<store::JobHistory> history = {};
  std::optional<common::TimePoint> due = {};  ///< nothing: only by hand
};

class JobRunner {
 public:
  using OpenStore = std::function<runtime::Result<std::unique_ptr<store::JobStore>>()>;
  /// How a run ended, or why there was none.
  using OnRun = std::function<void(const runtime::Result<store::JobRun>& run)>;

  struct Options {
    std::string instance;                       ///< stands in the rows
    std::chrono::milliseconds longest{25'000};  ///< a run's deadline
    std::chrono::milliseconds back_off{1'000};  ///< after the database could not be used
    std::function<common::TimePoint()> now = common::wall_clock;
  };

  /// `open` is called on the runner's thread, again after each failure.
  JobRunner(Options options, std::vector<Job> jobs, OpenStore open, runtime::Logger& log, runtime::Metrics& metrics);
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;
  /// Tells a run that is under way to end and waits for it.
  ~JobRunner();

  void set_active(bool is_active);

  /// Runs it after what runs now. `done` is called once: on the runner's thread, or here if there is no such job, it is
  /// not active, or too much waits.
  void run_now(const std::string& name, OnRun done);

  [[nodiscard]] std::vector<JobState> states() const;
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  struct Wish {
    std::size_t job;
    OnRun done;
  };
  struct Figures {
    runtime::Counter done;
    runtime::Counter failed;
    runtime::Gauge succeeded_at;
  };
  using Clock = std::chrono::steady_clock;

  void run(const std::stop_token& stop);
  bool wait_until_active(const std::stop_token& stop);
  void rest(const std::stop_token& stop, std::chrono::milliseconds time);
  runtime::Result<void> take_over();
  runtime::Result<void> look();
  std::optional<Wish> next_wish();
  [[nodiscard]] std::optional<std::size_t> due_job() const;
  [[nodiscard]] std::chrono::milliseconds until_due() const;
  runtime::Result<store::JobRun> run_job(std::size_t index, bool is_by_hand);
  store::JobEnd call(const Job& job, common::TimePoint now);
  void write_end(const store::JobRun& run);
  void tell(const store::JobRun& run);
  void refuse_wishes(const std::string& reason);

  const Options options_;
  const std::vector<Job> jobs_;
  const OpenStore open_;
  runtime::Logger& log_;
  std::vector<Figures> figures_;
  std::unique_ptr<store::JobStore> store_;  // the thread's

  mutable std::mutex mutex_;  // guards the five below
  std::condition_variable_any changed_;
  bool is_active_ = false;
  bool is_new_ = true;  // what the last holder left has not been looked at
  std::stop_source cut_{std::nostopstate};
  std::deque<Wish> wishes_;
  std::map<std::string, store::JobHistory> histories_;
  std::jthread thread_;  // last, so that it is joined before the rest goes
};

}  // namespace fanfare::workers::persistence::jobs
