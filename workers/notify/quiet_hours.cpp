#include "workers/notify/quiet_hours.hpp"

#include <unicode/calendar.h>
#include <unicode/gregocal.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include <memory>

namespace fanfare::workers::notify {
namespace {

using common::TimePoint;

constexpr int kMinutesOfDay = 24 * 60;

std::unique_ptr<icu::TimeZone> zone_of(const std::string& name) {
  std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
  if (*zone == icu::TimeZone::getUnknown()) zone.reset(icu::TimeZone::getGMT()->clone());
  return zone;
}

double icu_time(TimePoint time) { return static_cast<double>(time.time_since_epoch().count()); }

/// The next time that a clock there shows that minute of the day, on the day of `calendar` or `days` later.
std::optional<TimePoint> moment_of(icu::GregorianCalendar& calendar, int days, int minute) {
  UErrorCode error = U_ZERO_ERROR;
  calendar.add(UCAL_DATE, days, error);
  calendar.set(UCAL_HOUR_OF_DAY, minute / 60);
  calendar.set(UCAL_MINUTE, minute % 60);
  calendar.set(UCAL_SECOND, 0);
  calendar.set(UCAL_MILLISECOND, 0);
  const double time = calendar.getTime(error);
  std::optional<TimePoint> moment;
  if (U_SUCCESS(error)) moment.emplace(std::chrono::milliseconds(static_cast<std::int64_t>(time)));
  return moment;
}

}  // namespace

std::optional<TimePoint> quiet_until(const store::QuietHours& quiet, TimePoint now) {
  const bool is_valid =
      quiet.from >= 0 && quiet.from < kMinutesOfDay && quiet.until >= 0 && quiet.until < kMinutesOfDay;
  if (!is_valid || quiet.from == quiet.until) return std::nullopt;
  UErrorCode error = U_ZERO_ERROR;
  icu::GregorianCalendar calendar(zone_of(quiet.zone).release(), error);
  if (U_FAILURE(error)) return std::nullopt;
  calendar.setRepeatedWallTimeOption(UCAL_WALLTIME_FIRST);
  calendar.setSkippedWallTimeOption(UCAL_WALLTIME_NEXT_VALID);
  calendar.setTime(icu_time(now), error);
  const int minute = 60 * calendar.get(UCAL_HOUR_OF_DAY, error) + calendar.get(UCAL_MINUTE, error);
  if (U_FAILURE(error)) return std::nullopt;
  const bool is_over_midnight = quiet.from > quiet.until;
  const bool is_within =
      is_over_midnight ? minute >= quiet.from || minute < quiet.until : minute >= quiet.from && minute < quiet.until;
  if (!is_within) return std::nullopt;
  const int days = is_over_midnight && minute >= quiet.from ? 1 : 0;
  auto end = moment_of(calendar, days, quiet.until);
  if (end && *end <= now) end.reset();  // the hour that comes twice: its first end has passed
  return end;
}

}  // namespace fanfare::workers::notify
