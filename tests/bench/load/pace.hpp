#pragma once
// The work `latency`: messages at a steady rate, far below what any system can take, and how long each was on its way.
// The publisher has a thread of its own, so that it sends on time whatever the subscriber does.

#include "tests/bench/load/endpoints.hpp"
#include "tests/bench/load/result.hpp"
#include "tests/bench/load/work.hpp"

namespace fanfare::load {

[[nodiscard]] Result run_paced(const Work& work, System& system);

}  // namespace fanfare::load
