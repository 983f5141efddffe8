#pragma once
// What `fanfare up` answers on $sys.supervisor and `fanfare status` reads there: the processes as JSON.
// Pure functions.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/supervisor/process_state.hpp"

namespace fanfare::cli {

constexpr std::string_view kSupervisorTopic = "$sys.supervisor";

/// A process as one reads it from afar.
struct ProcessRow {
  std::string name;
  std::string state;
  std::int64_t pid = 0;  ///< 0: none runs
  std::int64_t restarts = 0;
  std::string since;  ///< RFC 3339

  bool operator==(const ProcessRow&) const = default;
};

/// {"processes": [{name, state, pid, restarts, since}]}
std::string describe_processes(const std::vector<runtime::ProcessState>& states);

/// Throws CommandFailure if the text is something else.
std::vector<ProcessRow> read_processes(std::string_view json);

}  // namespace fanfare::cli
