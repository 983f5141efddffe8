#pragma once
// What a process has used so far, as the kernel counts it in /proc: the time of a processor, in steps of 10 ms, and
// memory. Its threads that have ended count, its children do not. Pure functions; any thread.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string_view>

#include "runtime/result.hpp"

namespace fanfare::runtime {

struct ProcessUsage {
  std::chrono::microseconds cpu{0};  ///< user and system
  std::uint64_t resident_bytes = 0;
};

/// Fails when there is no such process.
[[nodiscard]] Result<ProcessUsage> usage_of(pid_t process);

/// The text of /proc/PID/stat, whose program's name may hold anything.
[[nodiscard]] Result<ProcessUsage> parse_process_stat(std::string_view text, long ticks_per_second, long page_bytes);

}  // namespace fanfare::runtime
