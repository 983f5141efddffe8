#include "protocol/utf8.hpp"

#include <cstdint>

namespace fanfare::protocol {
namespace {

/// Bytes of the sequence that `lead` begins, 0 if it begins none.
std::size_t sequence_size(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

/// The second byte's range depends on the first (RFC 3629 §4): that is where overlong forms and surrogates show.
bool second_fits(std::uint8_t lead, std::uint8_t second) {
  switch (lead) {
    case 0xE0:
      return second >= 0xA0 && second <= 0xBF;
    case 0xED:
      return second >= 0x80 && second <= 0x9F;
    case 0xF0:
      return second >= 0x90 && second <= 0xBF;
    case 0xF4:
      return second >= 0x80 && second <= 0x8F;
    default:
      return second >= 0x80 && second <= 0xBF;
  }
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    const auto size = sequence_size(lead);
    if (size == 0 || text.size() - i < size) return false;
    if (size > 1 && !second_fits(lead, static_cast<std::uint8_t>(text[i + 1]))) return false;
    for (std::size_t j = 2; j < size; ++j) {
      if ((static_cast<std::uint8_t>(text[i + j]) & 0xC0U) != 0x80U) return false;
    }
    i += size;
  }
  return true;
}

}  // namespace fanfare::protocol
