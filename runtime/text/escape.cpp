#include "runtime/text/escape.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace fanfare::runtime {
namespace {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t size = 1;
  bool valid = false;
};

std::uint32_t byte_at(std::string_view text, std::size_t index) { return static_cast<unsigned char>(text[index]); }

/// RFC 3629: overlong forms, surrogates and values above U+10FFFF are invalid.
CodePoint decode(std::string_view text) {
  constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const std::uint32_t lead = byte_at(text, 0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
  std::uint32_t value = lead & (0x7FU >> size);
  for (std::size_t index = 1; index < size; ++index) {
    const std::uint32_t next = byte_at(text, index);
    if ((next & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (next & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[size] || value > 0x10FFFF || surrogate) return {};
  return {value, size, true};
}

bool is_control(std::uint32_t value) {
  return value < 0x20 || (value >= 0x7F && value < 0xA0) || value == 0x2028 || value == 0x2029;
}

std::string hex(std::uint32_t value, int digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
    text += kDigits[(value >> static_cast<unsigned>(shift)) & 15U];
  return text;
}

std::string escaped(std::uint32_t value) {
  if (value == '\n') return "\\n";
  if (value == '\r') return "\\r";
  if (value == '\t') return "\\t";
  return "\\u" + hex(value, 4);
}

}  // namespace

std::string quote(std::string_view text) {
  std::string result = "\"";
  while (!text.empty()) {
    const CodePoint point = decode(text);
    if (!point.valid) {
      result += "\\x" + hex(byte_at(text, 0), 2);
    } else if (point.value == '"' || point.value == '\\') {
      result += '\\';
      result += text[0];
    } else if (is_control(point.value)) {
      result += escaped(point.value);
    } else {
      result += text.substr(0, point.size);
    }
    text.remove_prefix(point.size);
  }
  return result + '"';
}

std::string word_or_quote(std::string_view text) {
  const auto plain = [](char c) { return c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '='; };
  if (!text.empty() && std::ranges::all_of(text, plain)) return std::string(text);
  return quote(text);
}

std::string valid_utf8(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const CodePoint point = decode(text);
    result += point.valid ? text.substr(0, point.size) : std::string_view("\xEF\xBF\xBD");
    text.remove_prefix(point.size);
  }
  return result;
}

}  // namespace fanfare::runtime
