#include "workers/notify/zone_offset.hpp"

#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include <memory>

namespace fanfare::workers::notify {

std::optional<std::chrono::minutes> zone_offset(const std::string& zone, common::TimePoint at) {
  const std::unique_ptr<icu::TimeZone> found(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(zone)));
  std::optional<std::chrono::minutes> offset;
  if (*found == icu::TimeZone::getUnknown()) return offset;
  std::int32_t standard = 0;
  std::int32_t summer = 0;
  UErrorCode error = U_ZERO_ERROR;
  found->getOffset(static_cast<double>(at.time_since_epoch().count()), 0, standard, summer, error);
  if (U_FAILURE(error)) return offset;
  offset.emplace(std::chrono::duration_cast<std::chrono::minutes>(std::chrono::milliseconds(standard + summer)));
  return offset;
}

}  // namespace fanfare::workers::notify
