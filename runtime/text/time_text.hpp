#pragma once
// Times as answers and listings show them: RFC 3339 in UTC, 2026-11-21T10:00:00.123Z. Functions; any thread.

#include <chrono>
#include <string>

namespace fanfare::runtime {

/// For the years 0 to 9999, with three or six digits after the second.
[[nodiscard]] std::string to_text(std::chrono::sys_time<std::chrono::milliseconds> time);
[[nodiscard]] std::string to_text(std::chrono::sys_time<std::chrono::microseconds> time);

}  // namespace fanfare::runtime
