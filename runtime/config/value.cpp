#include "runtime/config/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace fanfare::runtime {
namespace {

struct Unit {
  std::string_view suffix;
  std::uint64_t factor;
};

constexpr std::array<Unit, 5> kByteUnits = {
    {{"TiB", 1ULL << 40U}, {"GiB", 1ULL << 30U}, {"MiB", 1ULL << 20U}, {"KiB", 1ULL << 10U}, {"", 1}}};
constexpr std::array<Unit, 5> kTimeUnits = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

std::optional<std::uint64_t> parse_integer(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> parse_with_unit(std::string_view text, const std::array<Unit, 5>& units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_integer(text.substr(0, digits));
  const auto unit = std::ranges::find(units, text.substr(digits), &Unit::suffix);
  if (!number || unit == units.end() || *number > UINT64_MAX / unit->factor) return std::nullopt;
  return *number * unit->factor;
}

std::string format_with_unit(std::uint64_t number, const std::array<Unit, 5>& units) {
  const auto unit = std::ranges::find_if(
      units, [number](const Unit& candidate) { return number != 0 && number % candidate.factor == 0; });
  const Unit& chosen = unit == units.end() ? units.back() : *unit;
  return std::to_string(number / chosen.factor) + std::string(chosen.suffix);
}

/// `host:port`; an IPv6 host is in brackets.
bool is_endpoint(std::string_view rest) {
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view host = rest.substr(0, colon);
  const std::string_view port = rest.substr(colon + 1);
  const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  if (!bracketed && host.find(':') != std::string_view::npos) return false;
  if (host.find_first_of(" \t\n/") != std::string_view::npos) return false;
  const auto number = parse_integer(port);
  return number && *number <= 65535;
}

bool is_address(std::string_view text) {
  constexpr std::string_view kTcp = "tcp://";
  constexpr std::string_view kIpc = "ipc://";
  constexpr std::size_t kLongestSocketPath = 107;  // sockaddr_un::sun_path less its final zero
  if (text.starts_with(kTcp)) {
    const std::string_view rest = text.substr(kTcp.size());
    return is_endpoint(rest) ||
           (rest.ends_with(":*") && is_endpoint(std::string(rest.substr(0, rest.size() - 1)) + "0"));
  }
  if (!text.starts_with(kIpc)) return false;
  return text.size() > kIpc.size() && text.size() - kIpc.size() <= kLongestSocketPath;
}

std::string range_of(const Field& field, std::string (*format)(std::uint64_t)) {
  return "from " + format(field.min) + " to " + format(field.max);
}

bool is_within(const Field& field, std::uint64_t number) { return number >= field.min && number <= field.max; }

/// Made in place: GCC 12 with sanitizers takes the move of a variant for a use of something uninitialised.
template <class T>
std::optional<Value> some(T value) {
  return std::optional<Value>(std::in_place, std::move(value));
}

std::optional<Value> bounded(const Field& field, std::optional<std::uint64_t> number) {
  if (!number || !is_within(field, *number)) return std::nullopt;
  return some(*number);
}

}  // namespace

std::string format_bytes(std::uint64_t bytes) { return format_with_unit(bytes, kByteUnits); }
std::string format_duration(std::uint64_t milliseconds) { return format_with_unit(milliseconds, kTimeUnits); }

std::optional<Value> parse_value(const Field& field, std::string_view text) {
  switch (field.kind) {
    case Kind::kText:
    case Kind::kPath:
      if (!is_within(field, text.size()) || text.find('\0') != std::string_view::npos) return std::nullopt;
      return some(std::string(text));
    case Kind::kBoolean:
      if (text != "true" && text != "false") return std::nullopt;
      return some(text == "true");
    case Kind::kInteger:
      return bounded(field, parse_integer(text));
    case Kind::kBytes:
      return bounded(field, parse_with_unit(text, kByteUnits));
    case Kind::kDuration: {
      const auto number = parse_with_unit(text, kTimeUnits);
      if (!number || !is_within(field, *number)) return std::nullopt;
      return some(std::chrono::milliseconds(*number));
    }
    case Kind::kChoice: {
      const auto found = std::ranges::find(field.choices, text);
      if (found == field.choices.end()) return std::nullopt;
      return some(static_cast<std::uint64_t>(found - field.choices.begin()));
    }
    case Kind::kAddress:
      if (!is_address(text)) return std::nullopt;
      return some(std::string(text));
    case Kind::kEndpoint:
      if (!is_endpoint(text)) return std::nullopt;
      return some(std::string(text));
    case Kind::kTextList:
    case Kind::kCommand:
      break;
  }
  return std::nullopt;
}

std::string expectation(const Field& field) {
  switch (field.kind) {
    case Kind::kText:
      return "a text";
    case Kind::kPath:
      return "a path";
    case Kind::kBoolean:
      return "true or false";
    case Kind::kInteger:
      return "a whole number " + range_of(field, [](std::uint64_t number) { return std::to_string(number); });
    case Kind::kBytes:
      return "a size " + range_of(field, format_bytes) + " (units KiB, MiB, GiB, TiB)";
    case Kind::kDuration:
      return "a duration " + range_of(field, format_duration) + " (units ms, s, m, h, d)";
    case Kind::kChoice: {
      std::string text = "one of";
      for (const std::string_view option : field.choices) {
        text += (option == field.choices.front() ? " " : ", ") + std::string(option);
      }
      return text;
    }
    case Kind::kAddress:
      return "an address, tcp://host:port or ipc://path";
    case Kind::kEndpoint:
      return "host:port, such as 127.0.0.1:8080";
    case Kind::kTextList:
      return "a list of " + std::to_string(field.min) + " to " + std::to_string(field.max) + " texts";
    case Kind::kCommand:
      return "a program and its arguments: a list of " + std::to_string(field.min) + " to " +
             std::to_string(field.max) + " texts, or one text with spaces between them";
  }
  return {};
}

}  // namespace fanfare::runtime
