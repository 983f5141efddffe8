#pragma once
// When a job is due. A pure function of what the database knows of it, so whoever takes over goes on with the same
// schedule.

#include <chrono>
#include <optional>

#include "workers/store/job_store.hpp"

namespace fanfare::workers::persistence::jobs {

/// How long a job waits after it has failed: this, doubled with each failure in a row, and never longer than usual.
inline constexpr std::chrono::milliseconds kFirstRetry{10'000};

/// `every` after the beginning of the last run that ended well; at once if there was none; sooner if it has failed
/// since. Never later than `every` from now, whatever the clock was when it ran. Nothing: it is only run by hand.
[[nodiscard]] std::optional<common::TimePoint> due_at(std::chrono::milliseconds every,
                                                      const std::optional<store::JobHistory>& history,
                                                      common::TimePoint now);

}  // namespace fanfare::workers::persistence::jobs
