#pragma once
// The works `pubsub` and `fanout`: as many messages as go through, with a bounded number under way. One thread.

#include "tests/bench/load/endpoints.hpp"
#include "tests/bench/load/result.hpp"
#include "tests/bench/load/work.hpp"

namespace fanfare::load {

/// Warms up, measures, then waits for what is still under way.
[[nodiscard]] Result run_flood(const Work& work, System& system);

}  // namespace fanfare::load
