#pragma once
// Fresh message ids: UUIDv7 from the system's clock and its random generator. Any thread.

#include <fanfare/uuid.hpp>

namespace fanfare::transport {

[[nodiscard]] Uuid fresh_id();

/// From 0 to 1, for the back-off.
[[nodiscard]] double fresh_chance();

}  // namespace fanfare::transport
