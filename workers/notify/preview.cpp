#include "workers/notify/preview.hpp"

namespace fanfare::workers::notify {
namespace {

constexpr std::string_view kEllipsis = "…";

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }
bool is_space(char byte) { return byte == ' ' || byte == '\n' || byte == '\t'; }

}  // namespace

std::string preview_of(std::string_view text, std::size_t characters) {
  std::string line;
  std::size_t count = 0;
  bool is_parted = false;  // by white space, which becomes one space before what follows
  for (const char byte : text) {
    if (is_space(byte)) {
      is_parted = !line.empty();
      continue;
    }
    if (begins_character(byte)) {
      count += is_parted ? 2 : 1;
      if (count > characters) return characters == 0 ? std::string() : line.append(kEllipsis);
      if (is_parted) line += ' ';
      is_parted = false;
    }
    line += byte;
  }
  return line;
}

}  // namespace fanfare::workers::notify
