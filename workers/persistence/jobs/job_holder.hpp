#pragma once
// This process's place in the group `jobs`, which only elects: the active one runs the jobs and answers `$sys.jobs.*`
// (docs/services.md), the others stand by. Owned by the service; its callbacks run where the client's handlers do.
// Promise: a process that has lost its session, or its place, begins no run.

#include <fanfare/client.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "runtime/logging/logger.hpp"
#include "runtime/metrics/metrics.hpp"
#include "workers/common/refusal.hpp"
#include "workers/persistence/jobs/job_runner.hpp"

namespace fanfare::workers::persistence::jobs {

class JobHolder {
 public:
  /// What it lives with; outlives it.
  struct Context {
    Client& client;
    JobRunner& runner;
    std::string instance;
    runtime::Logger& log;
    runtime::Metrics& metrics;
    std::function<void(std::string reason)> fail;  ///< the broker refuses the membership
  };

  explicit JobHolder(Context context);
  JobHolder(const JobHolder&) = delete;
  JobHolder& operator=(const JobHolder&) = delete;
  ~JobHolder() { leave(); }

  /// False when the broker did not acknowledge it in time; throws fanfare::Error when it refused.
  [[nodiscard]] bool wait_ready(std::chrono::milliseconds timeout) const { return membership_.wait_ready(timeout); }

  /// Another one takes over at once.
  void leave();

 private:
  void take(const Role& role);
  void answer(const Request& request, Responder responder);
  void run(const Request& request, Responder responder);
  [[nodiscard]] common::Refusal unknown_job() const;

  const Context context_;
  runtime::Gauge is_active_;
  std::optional<Service> service_;  // while active; the handlers' thread's until the membership has gone
  Membership membership_;           // last: no handler runs any more when the rest goes
};

}  // namespace fanfare::workers::persistence::jobs
