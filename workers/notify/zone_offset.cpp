#include "workers/notify/zone_offset.hpp"

#include <unicode/timezone.h>
#include <unicode/ucal.h>
#include <unicode/unistr.h>

#include <memory>

namespace fanfare::workers::notify {

std::optional<std::chrono::minutes> zone_offset(const std::string& zone, common::TimePoint at) {
  const std::unique_ptr<icu::TimeZone> found(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(zone)));
  icu::UnicodeString name;
  if (found->getID(name) == UCAL_UNKNOWN_ZONE_ID) return std::nullopt;
  std::int32_t raw = 0;
  std::int32_t daylight = 0;
  UErrorCode error = U_ZERO_ERROR;
  found->getOffset(static_cast<double>(at.time_since_epoch().count()), false, raw, daylight, error);
  if (U_FAILURE(error)) return std::nullopt;
  return std::chrono::floor<std::chrono::minutes>(std::chrono::milliseconds(raw + daylight));
}

}  // namespace fanfare::workers::notify
