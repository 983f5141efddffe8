#include "cli/up/process_rows.hpp"

#include "cli/exit_code.hpp"
#include "cli/format/json.hpp"
#include "runtime/text/time_text.hpp"

namespace fanfare::cli {

std::string describe_processes(const std::vector<runtime::ProcessState>& states) {
  Json rows = Json::array();
  for (const runtime::ProcessState& state : states) {
    rows.push_back({{"name", state.name},
                    {"state", to_string(state.phase)},
                    {"pid", state.pid},
                    {"restarts", state.restarts},
                    {"since", runtime::to_text(std::chrono::floor<std::chrono::microseconds>(state.since))}});
  }
  return Json({{"processes", rows}}).dump();
}

std::vector<ProcessRow> read_processes(std::string_view json) {
  try {
    std::vector<ProcessRow> rows;
    const Json content = Json::parse(json);
    for (const Json& row : content.at("processes")) {
      rows.push_back({row.at("name"), row.at("state"), row.at("pid"), row.at("restarts"), row.at("since")});
    }
    return rows;
  } catch (const nlohmann::json::exception&) {
    throw CommandFailure("what serves " + std::string(kSupervisorTopic) + " does not answer like `fanfare up`");
  }
}

}  // namespace fanfare::cli
