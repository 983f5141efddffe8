#include "runtime/text/characters.hpp"

#include <algorithm>

namespace fanfare::runtime {

std::size_t count_characters(std::string_view text) {
  const auto begins_one = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_one));
}

bool has_control_character(std::string_view text, std::string_view allowed) {
  unsigned char before = 0;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    const bool is_control = byte < 0x20 || byte == 0x7F || (before == 0xC2 && byte < 0xA0);
    if (is_control && allowed.find(character) == std::string_view::npos) return true;
    before = byte;
  }
  return false;
}

}  // namespace fanfare::runtime
