#pragma once
// Times as answers and listings show them: RFC 3339 in UTC, 2026-11-21T10:00:00.123Z. Functions; any thread.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace fanfare::runtime {

/// For the years 0 to 9999, with three or six digits after the second.
[[nodiscard]] std::string to_text(std::chrono::sys_time<std::chrono::milliseconds> time);
[[nodiscard]] std::string to_text(std::chrono::sys_time<std::chrono::microseconds> time);

/// Any RFC 3339 date and time: with an offset or Z, digits after the second beyond the sixth are dropped. Nothing if it
/// is none.
[[nodiscard]] std::optional<std::chrono::sys_time<std::chrono::microseconds>> parse_time(std::string_view text);

}  // namespace fanfare::runtime
