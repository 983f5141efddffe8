#pragma once
// What `$sys.jobs.*` answers (docs/services.md): jobs and their runs as JSON. Pure functions.

#include <string>
#include <vector>

#include "workers/persistence/jobs/job_runner.hpp"

namespace fanfare::workers::persistence::jobs {

/// {"instance", "jobs": [{name, every, next_at, failures, last}]}; `every` in seconds or null, `last` a run or null.
[[nodiscard]] std::string describe(const std::string& instance, const std::vector<JobState>& states);

/// {id, job, instance, by_hand, started_at, ended_at, seconds, count, done, error}; null: it runs, or all is well.
[[nodiscard]] std::string describe(const store::JobRun& run);

}  // namespace fanfare::workers::persistence::jobs
