#pragma once
// Which time zones there are, by the same data as quiet hours are reckoned by (ICU's). A pure function but for that
// data; any thread.

#include <chrono>
#include <optional>
#include <string>

#include "workers/common/time_point.hpp"

namespace fanfare::workers::notify {

/// How far that zone's clocks are ahead of UTC then. Nothing: there is no such zone.
[[nodiscard]] std::optional<std::chrono::minutes> zone_offset(const std::string& zone, common::TimePoint at);

}  // namespace fanfare::workers::notify
