#include "workers/common/time_text.hpp"

#include <gtest/gtest.h>

namespace fanfare::workers::common {
namespace {

TEST(TimeText, IsRfc3339InUtcWithMilliseconds) {
  EXPECT_EQ(to_text(TimePoint(std::chrono::milliseconds(0))), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_text(TimePoint(std::chrono::milliseconds(1'795'255'200'123))), "2026-11-21T10:00:00.123Z");
  EXPECT_EQ(to_text(TimePoint(std::chrono::milliseconds(-1))), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace fanfare::workers::common
