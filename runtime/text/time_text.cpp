#include "runtime/text/time_text.hpp"

#include <array>
#include <cstdio>

namespace fanfare::runtime {
namespace {

template <class Duration>
std::string text_of(std::chrono::sys_time<Duration> time, int digits) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<Duration> clock(time - day);
  std::array<char, 80> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%0*dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), digits, static_cast<int>(clock.subseconds().count()));
  return text.data();
}

}  // namespace

std::string to_text(std::chrono::sys_time<std::chrono::milliseconds> time) { return text_of(time, 3); }
std::string to_text(std::chrono::sys_time<std::chrono::microseconds> time) { return text_of(time, 6); }

}  // namespace fanfare::runtime
