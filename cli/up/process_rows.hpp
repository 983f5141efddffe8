#pragma once
// What `fanfare up` answers on $sys.supervisor and `fanfare status` reads there: the processes as JSON.
// Pure functions.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/supervisor/process_state.hpp"

namespace fanfare::cli {

constexpr std::string_view kSupervisorTopic = "$sys.supervisor";

/// A process as one reads it from afar.
struct ProcessRow {
  std::string name;
  std::string component;
  std::uint64_t replica = 1;
  std::string state;
  std::int64_t pid = 0;  ///< 0: none runs
  std::int64_t restarts = 0;
  std::string since;                         ///< when the state began, RFC 3339
  std::optional<std::uint64_t> uptime;       ///< seconds; none: none runs
  std::optional<std::uint64_t> memory;       ///< bytes that are resident
  std::optional<std::string> last_end = {};  ///< how it ended last; none: it never did

  bool operator==(const ProcessRow&) const = default;
};

/// The memory of a process; nullopt if it is not known.
using MemoryOf = std::function<std::optional<std::uint64_t>(pid_t)>;

/// {"processes": [{name, component, replica, state, pid, restarts, since, uptime_seconds, memory_bytes, last_end}]};
/// what is not known or never was is null.
std::string describe_processes(const std::vector<runtime::ProcessState>& states,
                               std::chrono::system_clock::time_point now, const MemoryOf& memory_of);

/// Throws CommandFailure if the text is something else.
std::vector<ProcessRow> read_processes(std::string_view json);

}  // namespace fanfare::cli
