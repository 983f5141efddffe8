#include "cli/format/base64.hpp"

#include <cstdint>

namespace fanfare::cli {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view group = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t index = 0; index < 3; ++index) {
      const auto byte = index < group.size() ? static_cast<unsigned char>(group[index]) : 0U;
      bits = bits << 8U | byte;
    }
    for (std::size_t index = 0; index < 4; ++index) {
      const std::uint32_t digit = bits >> (18U - 6U * static_cast<std::uint32_t>(index)) & 63U;
      out += index <= group.size() ? kAlphabet[digit] : '=';
    }
  }
  return out;
}

}  // namespace fanfare::cli
