#include "workers/telegram/command_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "runtime/text/characters.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::workers::telegram {
namespace {

constexpr std::size_t kLongestCommand = 32;  // Bot API, BotCommand
constexpr std::size_t kLongestZone = 64;
constexpr std::size_t kLongestName = 64;
constexpr std::chrono::minutes kLongestMute = std::chrono::days(365);
constexpr std::string_view kSpace = " \t\n\r\v\f";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
char small(char c) { return is_capital(c) ? static_cast<char>(c - 'A' + 'a') : c; }
char capital(char c) { return is_small(c) ? static_cast<char>(c - 'a' + 'A') : c; }

std::string in_small(std::string_view text) {
  std::string made(text);
  std::ranges::transform(made, made.begin(), small);
  return made;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// Cuts as many digits off as there are, `most` at most.
std::optional<int> take_number(std::string_view& text, std::size_t most) {
  int number = 0;
  const char* const end = text.data() + std::min(most, text.size());
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || !is_digit(text.front()) || error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  return number;
}

bool take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

std::optional<std::chrono::minutes> read_unit(std::string_view unit) {
  using Unit = std::pair<std::string_view, std::chrono::minutes>;
  constexpr std::array<Unit, 9> kUnits = {{{"m", std::chrono::minutes(1)},
                                           {"h", std::chrono::hours(1)},
                                           {"d", std::chrono::days(1)},
                                           {"м", std::chrono::minutes(1)},
                                           {"ч", std::chrono::hours(1)},
                                           {"д", std::chrono::days(1)},
                                           {"М", std::chrono::minutes(1)},
                                           {"Ч", std::chrono::hours(1)},
                                           {"Д", std::chrono::days(1)}}};
  const auto* const found = std::ranges::find(kUnits, in_small(unit), &Unit::first);
  if (found == kUnits.end()) return std::nullopt;
  return found->second;
}

/// "22:00", "7:30", "22". 24:00 is midnight.
std::optional<int> take_time_of_day(std::string_view& text) {
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 24) return std::nullopt;
  int minutes = 0;
  if (take(text, ":") || take(text, ".")) {
    const bool has_two = text.size() >= 2 && is_digit(text[0]) && is_digit(text[1]);
    if (!has_two) return std::nullopt;
    minutes = take_number(text, 2).value_or(0);
    if (minutes > 59 || (*hours == 24 && minutes != 0)) return std::nullopt;
  }
  return *hours % 24 * 60 + minutes;
}

}  // namespace

bool is_command_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestCommand &&
         std::ranges::all_of(name, [](char c) { return is_small(c) || is_digit(c) || c == '_'; });
}

std::optional<CommandLine> read_command(std::string_view text) {
  text = trimmed(text);
  if (!take(text, "/")) return std::nullopt;
  const auto end = std::min(text.find_first_of(kSpace), text.size());
  const std::string head = in_small(text.substr(0, end));
  const auto at = std::min(head.find('@'), head.size());
  CommandLine line{.name = head.substr(0, at), .bot = {}, .arguments = std::string(trimmed(text.substr(end)))};
  if (!is_command_name(line.name)) return std::nullopt;
  if (at < head.size()) line.bot = head.substr(at + 1);
  return line;
}

std::optional<std::chrono::minutes> read_duration(std::string_view text) {
  text = trimmed(text);
  const auto number = take_number(text, 6);  // 365 days have 525,600 minutes
  const auto unit = read_unit(trimmed(text));
  if (!number || !unit) return std::nullopt;
  const auto duration = *number * *unit;
  if (duration < std::chrono::minutes(1) || duration > kLongestMute) return std::nullopt;
  return duration;
}

std::optional<QuietLine> read_quiet(std::string_view text) {
  text = trimmed(text);
  const auto from = take_time_of_day(text);
  text = trimmed(text);
  const bool has_dash = take(text, "-") || take(text, "–") || take(text, "—");
  text = trimmed(text);
  const auto until = take_time_of_day(text);
  if (!from || !has_dash || !until || *from == *until) return std::nullopt;
  if (!text.empty() && kSpace.find(text.front()) == std::string_view::npos) return std::nullopt;
  const std::string_view zone = trimmed(text);
  if (!zone.empty() && !is_zone_name(zone)) return QuietLine{{*from, *until}, "?"};  // which is no zone's name
  return QuietLine{{*from, *until}, std::string(zone)};
}

std::string time_of_day(int minutes) {
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return two(minutes / 60) + ":" + two(minutes % 60);
}

bool is_zone_name(std::string_view name) {
  const auto is_letter = [](char c) { return is_small(c) || is_capital(c); };
  if (name.empty() || name.size() > kLongestZone) return false;
  bool begins_part = true;
  for (const char c : name) {
    if (begins_part && !is_letter(c)) return false;
    if (!is_letter(c) && !is_digit(c) && c != '/' && c != '_' && c != '-' && c != '+') return false;
    begins_part = c == '/';
  }
  return !begins_part;
}

std::string capitalised_zone(std::string_view name) {
  std::string made = in_small(name);
  if (made.find('/') == std::string::npos) {  // UTC, GMT, EET
    std::ranges::transform(made, made.begin(), capital);
    return made;
  }
  bool begins_word = true;
  for (char& c : made) {
    if (begins_word) c = capital(c);
    begins_word = !is_small(c) && !is_capital(c);
  }
  return made;
}

std::string tidy_name(std::string_view name) {
  const std::string valid = runtime::valid_utf8(name);
  std::string tidy;
  std::size_t characters = 0;
  for (std::size_t begin = 0; begin < valid.size() && characters < kLongestName;) {
    std::size_t end = begin + 1;
    while (end < valid.size() && (static_cast<unsigned char>(valid[end]) & 0xc0U) == 0x80U) ++end;
    const std::string_view character = std::string_view(valid).substr(begin, end - begin);
    begin = end;
    if (runtime::has_control_character(character)) continue;
    tidy += character;
    ++characters;
  }
  return tidy;
}

std::size_t utf16_units(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0U) != 0x80U) ++units;
    if (byte >= 0xf0U) ++units;  // beyond U+FFFF
  }
  return units;
}

}  // namespace fanfare::workers::telegram
