#pragma once
// What the holder of the group `jobs` answers on `$sys.jobs.*` (docs/services.md), as people read it. Pure functions.

#include <string>
#include <string_view>

#include "cli/format/json.hpp"

namespace fanfare::cli {

constexpr std::string_view kJobListTopic = "$sys.jobs.list";
constexpr std::string_view kJobRunTopic = "$sys.jobs.run";

/// The `ok` of an answer. Throws CommandFailure with the message of an `error`, or if it is neither.
Json job_answer(std::string_view payload);

/// A table with a line per job, and who runs them. Throws CommandFailure if it is no list of jobs.
std::string describe_jobs(const Json& list);

/// What a run did, or why it failed, and how long it took.
std::string describe_job_run(const Json& run);
bool has_failed(const Json& run);

}  // namespace fanfare::cli
