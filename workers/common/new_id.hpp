#pragma once
// Ids of people, sessions, conversations: UUIDv7, so they sort by the time they were made. A function; any thread.

#include "protocol/fanfare/uuid.hpp"
#include "workers/common/time_point.hpp"

namespace fanfare::workers::common {

[[nodiscard]] Uuid new_id(TimePoint now);

}  // namespace fanfare::workers::common
