#pragma once
// What a supervisor knows about each of its processes, for `fanfare status` and the log.
// Values without a thread.

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fanfare::runtime {

struct ProcessSpec {
  std::string name;                                     ///< unique among its siblings: persistence-2
  std::vector<std::string> argv;                        ///< the program says READY=1 to NOTIFY_SOCKET once it works
  std::map<std::string, std::string> environment = {};  ///< added to this process's own
  /// A program of somebody else: the start does not wait for it nor fail because of it, SIGHUP is not passed on to it,
  /// and without a word it counts as ready when it has lived for the ready deadline.
  bool is_plugin = false;
  std::string component = {};  ///< what it is one of: persistence; empty: its name
  std::size_t replica = 1;     ///< which of its component, from 1; the two say whether a process is the same
};

/// kWaiting: not started yet, an earlier one isn't ready. kBackoff: ended, will be started again. kCrashLoop: the same
/// and on its way to ready again, after many ends in a row. kStopping: was told to end, and drains.
enum class ProcessPhase : std::uint8_t { kWaiting, kStarting, kReady, kBackoff, kCrashLoop, kStopping, kStopped };

std::string_view to_string(ProcessPhase phase);

struct ProcessState {
  std::string name;
  std::string component;
  std::size_t replica = 1;
  ProcessPhase phase = ProcessPhase::kWaiting;
  pid_t pid = 0;  ///< 0 while none runs
  int restarts = 0;
  std::chrono::system_clock::time_point since;    ///< when the phase began
  std::chrono::system_clock::time_point started;  ///< when the one that runs was
  std::string last_end;                           ///< how it ended last, or why it couldn't be run; empty: never
};

struct SupervisorOptions {
  std::chrono::milliseconds ready_deadline{10'000};
  std::chrono::milliseconds first_backoff{100};
  std::chrono::milliseconds longest_backoff{10'000};
  std::chrono::milliseconds stable_after{10'000};  ///< alive for this long, the back-off begins anew
  std::chrono::milliseconds stop_deadline{6'000};  ///< for each process, between SIGTERM and SIGKILL
};

}  // namespace fanfare::runtime
