#include "runtime/text/time_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
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

/// Takes what it knows off the front of the text; after something else it stays failed.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  /// A number of exactly so many digits.
  int number(std::size_t digits) {
    int value = 0;
    const std::string_view taken = rest_.substr(0, digits);
    const bool is_digits = taken.find_first_not_of("0123456789") == std::string_view::npos;
    ok_ = ok_ && taken.size() == digits && is_digits;
    if (ok_) std::from_chars(taken.data(), taken.data() + taken.size(), value);
    rest_.remove_prefix(taken.size());
    return value;
  }

  /// One of the characters; 0 if it is none of them.
  char one_of(std::string_view characters) {
    ok_ = ok_ && !rest_.empty() && characters.find(rest_.front()) != std::string_view::npos;
    if (!ok_) return 0;
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }

  /// The digits after the second, if there are any.
  std::chrono::microseconds fraction() {
    if (rest_.empty() || rest_.front() != '.') return {};
    rest_.remove_prefix(1);
    const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    ok_ = ok_ && digits > 0;
    int value = 0;
    for (std::size_t place = 0; place < 6; ++place) value = value * 10 + (place < digits ? rest_[place] - '0' : 0);
    rest_.remove_prefix(digits);
    return std::chrono::microseconds(value);
  }

  [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

/// Z, or hours and minutes from UTC, which is what they are added to.
std::chrono::minutes offset(Scanner& scanner, bool& is_within) {
  const char sign = scanner.one_of("Zz+-");
  if (sign != '+' && sign != '-') return {};
  const int hours = scanner.number(2);
  scanner.one_of(":");
  const int minutes = scanner.number(2);
  is_within = is_within && hours < 24 && minutes < 60;
  const std::chrono::minutes distance = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return sign == '-' ? -distance : distance;
}

}  // namespace

std::string to_text(std::chrono::sys_time<std::chrono::milliseconds> time) { return text_of(time, 3); }
std::string to_text(std::chrono::sys_time<std::chrono::microseconds> time) { return text_of(time, 6); }

std::optional<std::chrono::sys_time<std::chrono::microseconds>> parse_time(std::string_view text) {
  Scanner scanner(text);
  const int year = scanner.number(4);
  scanner.one_of("-");
  const int month = scanner.number(2);
  scanner.one_of("-");
  const int day = scanner.number(2);
  scanner.one_of("Tt");
  const int hour = scanner.number(2);
  scanner.one_of(":");
  const int minute = scanner.number(2);
  scanner.one_of(":");
  const int second = scanner.number(2);
  const std::chrono::microseconds fraction = scanner.fraction();
  bool is_within = hour < 24 && minute < 60 && second <= 60;  // a leap second is the next one
  const std::chrono::minutes from_utc = offset(scanner, is_within);
  const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!scanner.done() || !is_within || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + fraction - from_utc;
}

}  // namespace fanfare::runtime
