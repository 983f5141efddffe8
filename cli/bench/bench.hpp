#pragma once
// The course of a bench: connect, warm up, measure, check. Called on the main thread.

#include <string>

#include "cli/bench/result.hpp"
#include "cli/bench/settings.hpp"
#include "cli/waiter.hpp"

namespace fanfare::cli {

/// What was measured, also when it ended early: `trouble` says why, and after a signal waiter.interrupted(). Throws
/// CommandFailure or Error when it could not even begin.
[[nodiscard]] BenchResult run_bench(const BenchSettings& settings, const std::string& address, Waiter& waiter);

}  // namespace fanfare::cli
