#pragma once
// Times as answers carry them: RFC 3339 in UTC with milliseconds, 2026-11-21T10:00:00.123Z. A function; any thread.

#include <chrono>
#include <string>

namespace fanfare::workers::common {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// For the years 0 to 9999.
[[nodiscard]] std::string to_text(TimePoint time);

}  // namespace fanfare::workers::common
