#pragma once
// What this process has used so far, as it is told itself: to the microsecond, unlike /proc. A pure function; any
// thread.

#include "runtime/measure/process_usage.hpp"

namespace fanfare::runtime {

/// Its threads that have ended count, its children do not.
[[nodiscard]] ProcessUsage own_usage();

}  // namespace fanfare::runtime
