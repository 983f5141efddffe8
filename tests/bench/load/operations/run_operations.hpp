#pragma once
// Keeps as many operations under way as asked, for the time asked, and checks that each has one outcome and that the
// server agrees in the end. One thread.

#include "tests/bench/load/operations/operations.hpp"
#include "tests/bench/load/result.hpp"
#include "tests/bench/load/work.hpp"

namespace fanfare::load {

/// Latency is the time from an operation's start to its outcome.
[[nodiscard]] Result run_operations(const Work& work, Operations& operations);

}  // namespace fanfare::load
