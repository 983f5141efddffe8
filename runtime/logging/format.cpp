#include "runtime/logging/format.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "runtime/text/escape.hpp"

namespace fanfare::runtime {
namespace {

constexpr std::array<std::string_view, 5> kLevelNames = {"trace", "debug", "info", "warn", "error"};

/// RFC 3339 in UTC, with milliseconds.
std::string format_time(std::chrono::system_clock::time_point time) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(since).count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(since.count() % 1000));
  return std::string(text.data(), size) + fraction.data();
}

std::string as_text(const LogValue& value) {
  return std::visit(
      [](const auto& held) -> std::string {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::string_view>) {
          return word_or_quote(held);
        } else {
          return nlohmann::json(held).dump();
        }
      },
      value.get());
}

nlohmann::ordered_json as_json(const LogValue& value) {
  return std::visit(
      [](const auto& held) -> nlohmann::ordered_json {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::string_view>) {
          return valid_utf8(held);
        } else {
          return held;
        }
      },
      value.get());
}

}  // namespace

std::string format_event(LogFormat format, std::chrono::system_clock::time_point time, LogLevel level,
                         std::string_view component, std::string_view event, LogFields fields) {
  const std::string_view level_name = kLevelNames[static_cast<std::size_t>(level)];
  if (format == LogFormat::kJson) {
    nlohmann::ordered_json line = {
        {"time", format_time(time)}, {"level", level_name}, {"component", component}, {"event", event}};
    for (const LogField& field : fields) line[std::string(field.key)] = as_json(field.value);
    return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  std::string line = format_time(time);
  for (const std::string_view part : {level_name, component, event}) line += " " + std::string(part);
  for (const LogField& field : fields) line += " " + std::string(field.key) + "=" + as_text(field.value);
  return line;
}

}  // namespace fanfare::runtime
