#pragma once
// How far the clocks of a time zone are ahead of UTC. A pure function but for ICU's time zone data; any thread.

#include <chrono>
#include <optional>
#include <string>

#include "workers/common/time_point.hpp"

namespace fanfare::workers::notify {

/// Nothing: ICU knows no zone of this name (of the IANA time zone database).
[[nodiscard]] std::optional<std::chrono::minutes> zone_offset(const std::string& zone, common::TimePoint at);

}  // namespace fanfare::workers::notify
