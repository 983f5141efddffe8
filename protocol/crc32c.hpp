#pragma once
// CRC-32C (Castagnoli; RFC 3720 appendix B.4), with the processor's instruction where it has one. Pure; any thread.

#include <cstdint>
#include <span>
#include <string_view>

namespace fanfare::protocol {

/// `seed` is the CRC of what comes before: crc32c(b, crc32c(a)) is that of a and b together.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);

/// One of many texts whose CRCs are wanted at a time.
struct Crc32cLane {
  std::string_view bytes;
  std::uint32_t crc = 0;  ///< of what comes before; afterwards with `bytes`
};

/// Each for itself as crc32c() does, but several at once: the steps of a single text wait for each other, those of
/// texts beside it fill the time. Fastest with lanes of about the same size.
void crc32c(std::span<Crc32cLane> lanes);

/// The same without the instruction; for tests to compare with.
[[nodiscard]] std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t seed = 0);

}  // namespace fanfare::protocol
