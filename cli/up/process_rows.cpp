#include "cli/up/process_rows.hpp"

#include <algorithm>

#include "cli/exit_code.hpp"
#include "cli/format/row.hpp"
#include "runtime/text/time_text.hpp"

namespace fanfare::cli {
namespace {

template <class T>
std::optional<T> value_or_none(const Json& row, const char* key) {
  std::optional<T> value;
  if (const Json& there = row.at(key); !there.is_null()) value.emplace(there.get<T>());
  return value;
}

std::optional<std::int64_t> uptime(const runtime::ProcessState& state, std::chrono::system_clock::time_point now) {
  std::optional<std::int64_t> seconds;
  if (state.pid == 0) return seconds;
  const auto age = std::chrono::floor<std::chrono::seconds>(now - state.started).count();
  seconds.emplace(std::max<std::int64_t>(age, 0));  // the clock may have been set back
  return seconds;
}

}  // namespace

std::string describe_processes(const std::vector<runtime::ProcessState>& states,
                               std::chrono::system_clock::time_point now, const MemoryOf& memory_of) {
  Json rows = Json::array();
  for (const runtime::ProcessState& state : states) {
    std::optional<std::uint64_t> memory;
    if (state.pid != 0) memory = memory_of(state.pid);
    rows.push_back({{"name", state.name},
                    {"component", state.component},
                    {"replica", state.replica},
                    {"state", to_string(state.phase)},
                    {"pid", state.pid},
                    {"restarts", state.restarts},
                    {"since", runtime::to_text(std::chrono::floor<std::chrono::microseconds>(state.since))},
                    {"uptime_seconds", or_null(uptime(state, now))},
                    {"memory_bytes", or_null(memory)},
                    {"last_end", state.last_end.empty() ? Json(nullptr) : Json(state.last_end)}});
  }
  return Json({{"processes", rows}}).dump();
}

std::vector<ProcessRow> read_processes(std::string_view json) {
  try {
    std::vector<ProcessRow> rows;
    const Json content = Json::parse(json);
    for (const Json& row : content.at("processes")) {
      rows.push_back({.name = row.at("name"),
                      .component = row.at("component"),
                      .replica = row.at("replica"),
                      .state = row.at("state"),
                      .pid = row.at("pid"),
                      .restarts = row.at("restarts"),
                      .since = row.at("since"),
                      .uptime = value_or_none<std::uint64_t>(row, "uptime_seconds"),
                      .memory = value_or_none<std::uint64_t>(row, "memory_bytes"),
                      .last_end = value_or_none<std::string>(row, "last_end")});
    }
    return rows;
  } catch (const nlohmann::json::exception&) {
    throw CommandFailure("what serves " + std::string(kSupervisorTopic) + " does not answer like `fanfare up`");
  }
}

}  // namespace fanfare::cli
