#pragma once
// CRC-32C (Castagnoli; RFC 3720 appendix B.4), with the processor's instruction where it has one. Pure; any thread.

#include <cstdint>
#include <string_view>

namespace fanfare::protocol {

/// `seed` is the CRC of what comes before: crc32c(b, crc32c(a)) is that of a and b together.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);

/// The same without the instruction; for tests to compare with.
[[nodiscard]] std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t seed = 0);

}  // namespace fanfare::protocol
