#pragma once
// What the server and this process have used up to a moment; two of them make a measurement. Any thread.

#include <chrono>
#include <cstdint>

#include "tests/bench/load/work.hpp"

namespace fanfare::load {

struct Usage {
  std::chrono::steady_clock::time_point at;
  std::chrono::microseconds server_cpu{0};
  std::uint64_t server_memory_bytes = 0;
  std::chrono::microseconds load_cpu{0};
};

/// Throws when a server process is gone.
[[nodiscard]] Usage usage_now(const Work& work);

/// The share of a core that this process can have at most: with a real-time policy the kernel keeps some of it for
/// others (sched(7), sched_rt_runtime_us).
[[nodiscard]] double available_share();

}  // namespace fanfare::load
