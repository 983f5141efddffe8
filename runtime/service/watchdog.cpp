#include "runtime/service/watchdog.hpp"

#include <charconv>
#include <cstdint>
#include <string>

namespace fanfare::runtime {
namespace {

/// A whole number greater than 0; nullopt for anything else.
std::optional<std::int64_t> number_in(const Environment& environment, const std::string& name) {
  std::optional<std::int64_t> number;
  const auto found = environment.find(name);
  if (found == environment.end()) return number;
  const std::string& text = found->second;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value > 0) number.emplace(value);
  return number;
}

}  // namespace

Watchdog Watchdog::from(const Environment& environment, pid_t self) {
  constexpr std::int64_t kLongest = std::chrono::microseconds(std::chrono::hours(24 * 365)).count();
  const auto limit = number_in(environment, "WATCHDOG_USEC");
  const auto process = number_in(environment, "WATCHDOG_PID");
  const bool is_for_another = environment.contains("WATCHDOG_PID") && process != self;
  if (!limit || *limit > kLongest || is_for_another) return Watchdog(std::nullopt);
  return Watchdog(std::chrono::microseconds(*limit));
}

}  // namespace fanfare::runtime
