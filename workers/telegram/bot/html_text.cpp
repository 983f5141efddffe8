#include "workers/telegram/bot/html_text.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "runtime/text/escape.hpp"

namespace fanfare::workers::telegram::bot {
namespace {

constexpr std::string_view kEllipsis = "…";  // one unit
constexpr std::uint32_t kZeroWidthJoiner = 0x200D;
constexpr std::size_t kMostMarks = 32;  // that a cut goes back over; texts of marks alone are cut somewhere

/// A code point of valid UTF-8.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 1;

  [[nodiscard]] std::size_t units() const { return value > 0xFFFF ? 2 : 1; }
};

CodePoint code_point_at(std::string_view text, std::size_t index) {
  const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(text[i])}; };
  const std::uint32_t lead = byte(index);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  std::uint32_t value = lead & (0x7FU >> bytes);
  for (std::size_t i = index + 1; i < index + bytes; ++i) value = (value << 6U) | (byte(i) & 0x3FU);
  return {value, bytes};
}

/// Whether a character may go on with this code point: the usual cases of Unicode's grapheme clusters (UAX 29) – marks,
/// vowel signs, skin tones, variation selectors, what a joiner joins, the second half of a flag.
class Clusters {
 public:
  bool goes_on_with(std::uint32_t value) {
    const auto kind = static_cast<UGraphemeClusterBreak>(
        u_getIntPropertyValue(static_cast<UChar32>(value), UCHAR_GRAPHEME_CLUSTER_BREAK));
    const bool is_mark = kind == U_GCB_EXTEND || kind == U_GCB_SPACING_MARK || kind == U_GCB_ZWJ;
    const bool is_half_flag = kind == U_GCB_REGIONAL_INDICATOR;
    const bool goes_on = is_mark || previous_ == kZeroWidthJoiner || (is_half_flag && has_half_flag_);
    has_half_flag_ = is_half_flag && !goes_on;
    previous_ = value;
    return goes_on;
  }

 private:
  std::uint32_t previous_ = 0;
  bool has_half_flag_ = false;
};

/// The bytes at the beginning that have at most `units` and end where a character does.
std::size_t fitting(std::string_view text, std::size_t units) {
  std::size_t end = 0;    // of what fits
  std::size_t whole = 0;  // the last place before that where a character ends
  std::size_t marks = 0;
  Clusters clusters;
  while (end < text.size()) {
    const CodePoint next = code_point_at(text, end);
    const bool goes_on = clusters.goes_on_with(next.value) && ++marks <= kMostMarks;
    if (!goes_on) {
      whole = end;
      marks = 0;
    }
    if (next.units() > units) return whole;
    units -= next.units();
    end += next.bytes;
  }
  return end;
}

std::size_t units_of_valid(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xC0U) == 0x80U ? 0 : byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

/// Telegram makes spaces of them, some of its apps boxes.
void blank_control_characters(std::string& text) {
  std::ranges::replace_if(
      text, [](char c) { return (c >= 0 && c < ' ' && c != '\n' && c != '\t') || c == '\x7F'; }, ' ');
}

}  // namespace

std::size_t count_units(std::string_view text) { return units_of_valid(runtime::valid_utf8(text)); }

std::string cut_to_units(std::string_view text, std::size_t units) {
  std::string valid = runtime::valid_utf8(text);
  if (units_of_valid(valid) <= units) return valid;
  if (units == 0) return {};
  valid.resize(fitting(valid, units - 1));
  return valid.append(kEllipsis);
}

std::string escape_html(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

TextBuilder& TextBuilder::add(Style style, std::string_view text) {
  std::string valid = runtime::valid_utf8(text);
  blank_control_characters(valid);
  if (!valid.empty()) parts_.push_back({style, std::move(valid)});
  return *this;
}

Text TextBuilder::build(std::size_t units) const {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTags = {
      {{"", ""}, {"<b>", "</b>"}, {"<i>", "</i>"}, {"<code>", "</code>"}}};
  std::size_t all = 0;
  for (const Part& part : parts_) all += units_of_valid(part.text);
  const bool is_cut = all > units;
  if (is_cut && units == 0) return {};
  std::size_t left = is_cut ? units - 1 : units;

  Text text;
  for (const Part& part : parts_) {
    const std::size_t size = fitting(part.text, left);
    const std::string_view taken = std::string_view(part.text).substr(0, size);
    const auto& [opening, closing] = kTags.at(static_cast<std::size_t>(part.style));
    if (!taken.empty()) text.html.append(opening).append(escape_html(taken)).append(closing);
    text.plain.append(taken);
    left -= units_of_valid(taken);
    if (size < part.text.size()) break;
  }
  if (is_cut) {
    text.html.append(kEllipsis);
    text.plain.append(kEllipsis);
  }
  return text;
}

}  // namespace fanfare::workers::telegram::bot
