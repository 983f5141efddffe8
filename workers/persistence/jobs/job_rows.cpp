#include "workers/persistence/jobs/job_rows.hpp"

#include <nlohmann/json.hpp>

namespace fanfare::workers::persistence::jobs {
namespace {

using nlohmann::json;

double seconds_in(std::chrono::milliseconds time) { return static_cast<double>(time.count()) / 1'000; }

/// Errors may quote what somebody has sent, in whatever encoding.
std::string text_of(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

json to_json(const store::JobRun& run) {
  json row = {{"id", run.id},
              {"job", run.begun.job},
              {"instance", run.begun.instance},
              {"by_hand", run.begun.is_by_hand},
              {"started_at", common::to_text(run.begun.started_at)},
              {"ended_at", nullptr},
              {"seconds", nullptr},
              {"count", nullptr},
              {"done", nullptr},
              {"error", nullptr}};
  if (!run.ended) return row;
  row["ended_at"] = common::to_text(run.ended->at);
  row["seconds"] = seconds_in(run.ended->at - run.begun.started_at);
  if (run.has_failed()) {
    row["error"] = run.ended->error;
  } else {
    row["count"] = run.ended->count;
    row["done"] = run.ended->done;
  }
  return row;
}

json to_json(const JobState& state) {
  const bool runs = state.history && !state.history->last.ended;
  return {{"name", state.name},
          {"every", state.due ? json(seconds_in(state.every)) : json(nullptr)},
          {"next_at", state.due && !runs ? json(common::to_text(*state.due)) : json(nullptr)},
          {"failures", state.history ? state.history->failures : 0},
          {"last", state.history ? to_json(state.history->last) : json(nullptr)}};
}

}  // namespace

std::string describe(const std::string& instance, const std::vector<JobState>& states) {
  json rows = json::array();
  for (const JobState& state : states) rows.push_back(to_json(state));
  return text_of({{"instance", instance}, {"jobs", std::move(rows)}});
}

std::string describe(const store::JobRun& run) { return text_of(to_json(run)); }

}  // namespace fanfare::workers::persistence::jobs
