#pragma once
// The session's idea of time: points it is given, never reads. Plain types; any thread.

#include <chrono>

namespace fanfare::session {

using Instant = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

/// A deadline that is not there.
inline constexpr Instant kNever = Instant::max();

}  // namespace fanfare::session
