#pragma once
// The job `partitions`: with PostgreSQL it makes the tables of the months to come, so that no message has to wait for
// one. Used on the runner's thread.

#include "workers/persistence/jobs/job.hpp"
#include "workers/persistence/writer.hpp"

namespace fanfare::workers::persistence::jobs {

[[nodiscard]] Job partitions_job(std::chrono::milliseconds every, Writer::OpenStore open);

}  // namespace fanfare::workers::persistence::jobs
