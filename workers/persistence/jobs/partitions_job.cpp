#include "workers/persistence/jobs/partitions_job.hpp"

#include <utility>

namespace fanfare::workers::persistence::jobs {
namespace {

using runtime::Result;

/// This month and the next two.
constexpr std::chrono::days kAhead{62};

Result<JobDone> prepare(const Writer::OpenStore& open, const JobCall& call) {
  auto store = open();
  if (!store) return store.error();
  const auto made = (*store)->prepare(call.now, call.now + kAhead);
  if (!made) return made.error();
  return JobDone{*made, *made == 0 ? "nothing to do" : "made " + std::to_string(*made) + " months"};
}

}  // namespace

Job partitions_job(std::chrono::milliseconds every, Writer::OpenStore open) {
  return {"partitions", every, [open = std::move(open)](const JobCall& call) { return prepare(open, call); }};
}

}  // namespace fanfare::workers::persistence::jobs
