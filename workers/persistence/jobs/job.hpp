#pragma once
// One kind of work that is done again and again: what it is called, how often it is due, and what it does. Values; what
// `run` uses outlives them. `run` is called on the runner's thread, by the one process that holds the group `jobs`.
// Promise of whoever writes one: doing it twice, even at the same time in two processes, does no harm.

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "runtime/result.hpp"
#include "workers/common/time_point.hpp"

namespace fanfare::workers::persistence::jobs {

struct JobCall {
  std::stop_token stop;                            ///< end soon: somebody else may go on with it
  std::chrono::steady_clock::time_point deadline;  ///< what is not done by then is left for the next run
  common::TimePoint now;
};

struct JobDone {
  std::uint64_t count = 0;  ///< of rows, tables or whatever it is about
  std::string what = {};    ///< for people: "3 sessions removed"
};

struct Job {
  std::string name;
  std::chrono::milliseconds every{};  ///< 0: only by hand
  std::function<runtime::Result<JobDone>(const JobCall& call)> run;
};

}  // namespace fanfare::workers::persistence::jobs
