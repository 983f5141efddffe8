#pragma once
// The port to the runs of jobs: a row for each, from its beginning on. Owned by one thread at a time; calls block while
// the database does, and an error means that nothing was changed. Promise: of a job one run at most stands as running;
// a run that was written as cut stays so, whatever whoever was cut says later. Tests for every adapter:
// job_store_test.cpp.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/result.hpp"
#include "workers/common/time_point.hpp"

namespace fanfare::workers::store {

struct NewJobRun {
  std::string job;
  std::string instance;  ///< of the process that runs it
  bool is_by_hand = false;
  common::TimePoint started_at;
};

struct JobEnd {
  common::TimePoint at;
  std::uint64_t count = 0;  ///< of rows, tables or whatever it is about
  std::string done = {};    ///< what it did, for people
  std::string error = {};   ///< empty: all is well
};

struct JobRun {
  std::uint64_t id = 0;  ///< rising
  NewJobRun begun;
  std::optional<JobEnd> ended = {};  ///< nothing: it runs, or its process ended and nobody has said so yet

  [[nodiscard]] bool has_failed() const { return ended && !ended->error.empty(); }
};

/// What decides when a job is due.
struct JobHistory {
  JobRun last;
  std::optional<common::TimePoint> succeeded_at = {};  ///< when the last run began that ended well
  std::uint64_t failures = 0;                          ///< since then
};

class JobStore {
 public:
  virtual ~JobStore() = default;

  /// Its id. What stands as running of this job is written as cut.
  [[nodiscard]] virtual runtime::Result<std::uint64_t> begin(const NewJobRun& run) = 0;

  /// False: it was written as cut meanwhile, and that stays.
  [[nodiscard]] virtual runtime::Result<bool> end(std::uint64_t run, const JobEnd& end) = 0;

  /// Writes all that stands as running as cut, and says how many that were.
  [[nodiscard]] virtual runtime::Result<std::uint64_t> end_cut(common::TimePoint now) = 0;

  /// Of each job that has run, in the order of their names.
  [[nodiscard]] virtual runtime::Result<std::vector<JobHistory>> histories() = 0;

  /// The last runs of a job, newest first.
  [[nodiscard]] virtual runtime::Result<std::vector<JobRun>> runs(const std::string& job, std::uint64_t limit) = 0;

  /// Removes all but the last `keep` of each job, and says how many those were.
  [[nodiscard]] virtual runtime::Result<std::uint64_t> sweep(std::uint64_t keep) = 0;
};

/// The error of a run that was cut.
inline constexpr const char* kCutError = "the process ended before it was done";

}  // namespace fanfare::workers::store
