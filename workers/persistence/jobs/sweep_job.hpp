#pragma once
// The job `sweep`: removes what is over. Runs of jobs by itself; sessions, their tokens and Idempotency-Keys by asking
// fanfare-accounts, whose tables those are, a bounded part at a time. Used on the runner's thread.

#include <fanfare/client.hpp>

#include "workers/persistence/jobs/job.hpp"
#include "workers/persistence/jobs/job_runner.hpp"

namespace fanfare::workers::persistence::jobs {

/// The client outlives the job.
[[nodiscard]] Job sweep_job(std::chrono::milliseconds every, JobRunner::OpenStore open, Client& client);

}  // namespace fanfare::workers::persistence::jobs
