#include "workers/persistence/jobs/schedule.hpp"

#include <algorithm>

namespace fanfare::workers::persistence::jobs {
namespace {

using common::TimePoint;
using std::chrono::milliseconds;

milliseconds retry_after(std::uint64_t failures, milliseconds every) {
  milliseconds wait = kFirstRetry;
  for (std::uint64_t failure = 1; failure < failures && wait < every; ++failure) wait *= 2;
  return std::min(wait, every);
}

/// As the rows say, whatever the clock says.
TimePoint planned(milliseconds every, const store::JobHistory& history, TimePoint now) {
  if (!history.last.ended) return now;  // it was cut
  if (history.failures > 0) return history.last.ended->at + retry_after(history.failures, every);
  return history.succeeded_at.value_or(history.last.begun.started_at) + every;
}

}  // namespace

std::optional<TimePoint> due_at(milliseconds every, const std::optional<store::JobHistory>& history, TimePoint now) {
  std::optional<TimePoint> due;
  if (every <= milliseconds(0)) return due;
  due.emplace(history ? std::min(planned(every, *history, now), now + every) : now);
  return due;
}

}  // namespace fanfare::workers::persistence::jobs
