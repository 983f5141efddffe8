#pragma once
// Turns an event into its line, as text or JSON.
// A pure function; the logger calls it on the thread that logs.

#include <chrono>
#include <string>
#include <string_view>

#include "runtime/logging/logger.hpp"

namespace fanfare::runtime {

/// Without the line's end.
std::string format_event(LogFormat format, std::chrono::system_clock::time_point time, LogLevel level,
                         std::string_view component, std::string_view event, LogFields fields);

}  // namespace fanfare::runtime
