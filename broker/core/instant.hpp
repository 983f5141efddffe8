#pragma once
// The time the core is told: it has no clock of its own. A value; any thread.

#include <chrono>
#include <cstdint>

namespace fanfare::broker::core {

struct Instant {
  std::chrono::microseconds steady{};  ///< for leases and deadlines; never falls
  std::int64_t clock = 0;              ///< for timestamps: microseconds since 1970
};

}  // namespace fanfare::broker::core
