#pragma once
// What the load itself costs: the processor's time of this process and of each of its threads, and how many cores it
// may use. Values, taken on any thread.

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <map>

namespace fanfare::cli {

struct LoadUsage {
  std::chrono::nanoseconds process{};
  std::map<pid_t, std::chrono::nanoseconds> threads;  ///< those that live
};

[[nodiscard]] LoadUsage load_usage();

/// What the busiest thread that lived all the time has used.
[[nodiscard]] std::chrono::nanoseconds busiest(const LoadUsage& before, const LoadUsage& after);

/// Of the calling thread.
[[nodiscard]] std::chrono::nanoseconds thread_time();

/// That this process may run on.
[[nodiscard]] std::size_t usable_cores();

}  // namespace fanfare::cli
