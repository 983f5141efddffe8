#include "workers/notify/quiet_hours.hpp"

#include <gtest/gtest.h>

#include "runtime/text/time_text.hpp"

namespace fanfare::workers::notify {
namespace {

/// "2026-03-29T00:30:00" in UTC.
common::TimePoint utc(int year, unsigned month, unsigned day, int hour, int minute = 0) {
  using namespace std::chrono;
  return sys_days(year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day))) +
         hours(hour) + minutes(minute);
}

std::string end(int from, int until, const std::string& zone, common::TimePoint now) {
  const auto moment = quiet_until({from * 60, until * 60, zone}, now);
  return moment ? common::to_text(*moment) : "none";
}

TEST(QuietHoursTest, EndAtTheirTimeWhereThePersonLives) {
  EXPECT_EQ(end(22, 7, "UTC", utc(2026, 1, 5, 23)), "2026-01-06T07:00:00.000Z");
  EXPECT_EQ(end(22, 7, "UTC", utc(2026, 1, 6, 6, 59)), "2026-01-06T07:00:00.000Z");
  EXPECT_EQ(end(22, 7, "UTC", utc(2026, 1, 6, 7)), "none");
  EXPECT_EQ(end(22, 7, "UTC", utc(2026, 1, 6, 21, 59)), "none");
  EXPECT_EQ(end(22, 7, "Asia/Kolkata", utc(2026, 1, 5, 17)), "2026-01-06T01:30:00.000Z");
  EXPECT_EQ(end(13, 15, "America/New_York", utc(2026, 1, 5, 18)), "2026-01-05T20:00:00.000Z");
}

TEST(QuietHoursTest, ANightInWhichClocksChangeEndsAtTheHourThatClocksShow) {
  // Berlin: 2026-03-29 02:00 becomes 03:00, 2026-10-25 03:00 becomes 02:00.
  EXPECT_EQ(end(22, 7, "Europe/Berlin", utc(2026, 3, 28, 22)), "2026-03-29T05:00:00.000Z");
  EXPECT_EQ(end(22, 7, "Europe/Berlin", utc(2026, 10, 24, 21)), "2026-10-25T06:00:00.000Z");
}

TEST(QuietHoursTest, AnEndThatIsLeftOutIsTheMomentOfTheChange) {
  const auto moment = quiet_until({22 * 60, 2 * 60 + 30, "Europe/Berlin"}, utc(2026, 3, 28, 23));
  ASSERT_TRUE(moment.has_value());
  EXPECT_EQ(common::to_text(*moment), "2026-03-29T01:00:00.000Z");
}

TEST(QuietHoursTest, AnEndThatComesTwiceIsTheFirst) {
  const store::QuietHours quiet{22 * 60, 2 * 60 + 30, "Europe/Berlin"};
  const auto moment = quiet_until(quiet, utc(2026, 10, 24, 22));
  ASSERT_TRUE(moment.has_value());
  EXPECT_EQ(common::to_text(*moment), "2026-10-25T00:30:00.000Z");
  EXPECT_FALSE(quiet_until(quiet, utc(2026, 10, 25, 1, 10)).has_value());  // 02:10 for the second time
}

TEST(QuietHoursTest, AreNoneWhenTheyMakeNoSense) {
  const auto now = utc(2026, 1, 5, 23);
  EXPECT_EQ(end(23, 23, "UTC", now), "none");
  EXPECT_EQ(end(23, 24, "UTC", now), "none");
  EXPECT_EQ(end(-1, 24, "UTC", now), "none");
}

TEST(QuietHoursTest, AZoneThatIsNotKnownIsUtc) {
  EXPECT_EQ(end(22, 7, "Nowhere/Land", utc(2026, 1, 5, 23)), "2026-01-06T07:00:00.000Z");
  EXPECT_EQ(end(22, 7, "", utc(2026, 1, 5, 23)), "2026-01-06T07:00:00.000Z");
}

}  // namespace
}  // namespace fanfare::workers::notify
