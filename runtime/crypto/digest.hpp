#pragma once
// BLAKE2b-256 of what is looked up but must not be stored as it is (refresh tokens), and comparing without telling by
// the time it takes where two texts differ. Functions; any thread.

#include <array>
#include <cstdint>
#include <string_view>

namespace fanfare::runtime::crypto {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest digest(std::string_view bytes);

/// Only the lengths show.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace fanfare::runtime::crypto
