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

}  // namespace
}  // namespace fanfare::runtime
