#pragma once
// When a person's quiet hours end, where they live. A pure function but for ICU's time zone data; any thread. ICU's
// home for time zones.

#include <optional>

#include "workers/common/time_point.hpp"
#include "workers/store/notification_store.hpp"

namespace fanfare::workers::notify {

/// Nothing: `now` is not within them, or they are none (both times the same). A zone that ICU does not know is UTC. A
/// time that a clock change leaves out is the moment of the change, one that comes twice the first of the two.
[[nodiscard]] std::optional<common::TimePoint> quiet_until(const store::QuietHours& quiet, common::TimePoint now);

}  // namespace fanfare::workers::notify
