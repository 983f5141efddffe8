#include "runtime/text/time_text.hpp"

#include <gtest/gtest.h>

namespace fanfare::runtime {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

template <class Duration>
std::string text_at(Duration since_1970) {
  return to_text(std::chrono::sys_time<Duration>(since_1970));
}

TEST(TimeText, IsRfc3339InUtc) {
  EXPECT_EQ(text_at(milliseconds(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(text_at(milliseconds(1'795'255'200'123)), "2026-11-21T10:00:00.123Z");
  EXPECT_EQ(text_at(microseconds(1'795'255'200'123'456)), "2026-11-21T10:00:00.123456Z");
  EXPECT_EQ(text_at(milliseconds(-1)), "1969-12-31T23:59:59.999Z");
}

std::int64_t parsed(const char* text) {
  const auto time = parse_time(text);
  return time ? time->time_since_epoch().count() : -1;
}

TEST(TimeText, IsReadBack) {
  EXPECT_EQ(parsed("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parsed("2026-11-21T10:00:00.123456Z"), 1'795'255'200'123'456);
  EXPECT_EQ(parsed("2026-11-21t10:00:00.1z"), 1'795'255'200'100'000);
  EXPECT_EQ(parsed("2026-11-21T10:00:00.123456789Z"), 1'795'255'200'123'456);
  EXPECT_EQ(parsed("2026-11-21T12:30:00+02:30"), 1'795'255'200'000'000);
  EXPECT_EQ(parsed("2026-11-21T09:00:00-01:00"), 1'795'255'200'000'000);
  EXPECT_EQ(parsed("2024-02-29T00:00:00Z"), 1'709'164'800'000'000);
}

TEST(TimeText, IsNothingWhenItIsNone) {
  for (const char* wrong :
       {"", "2026-11-21", "2026-11-21T10:00:00", "2026-11-21 10:00:00Z", "2026-11-21T10:00Z", "2026-02-29T10:00:00Z",
        "2026-13-01T10:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T10:60:00Z", "2026-11-21T10:00:61Z",
        "2026-11-21T10:00:00.Z", "2026-11-21T10:00:00+0100", "2026-11-21T10:00:00+24:00", "2026-11-21T10:00:00Zx",
        "-026-11-21T10:00:00Z", "2026-11-21T10:00:00.1", "+2026-1-21T10:00:00Z"}) {
    EXPECT_FALSE(parse_time(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace fanfare::runtime
