#include "sdk/session/topic_numbers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fanfare::session {
namespace {

TEST(TopicNumbers, ATopicIsAnnouncedOnceOnAConnection) {
  TopicNumbers numbers;
  EXPECT_TRUE(numbers.use("a").announce);
  EXPECT_FALSE(numbers.use("a").announce);
  EXPECT_TRUE(numbers.use("b").announce);
  EXPECT_EQ(numbers.use("a").number, 0U);
  numbers.forget_announcements();
  EXPECT_TRUE(numbers.use("a").announce);
}

TEST(TopicNumbers, WhenAllAreUsedTheOldestIsNamedAnew) {
  TopicNumbers numbers;
  for (std::uint32_t i = 0; i < protocol::kMaxTopicNumbers; ++i) {
    EXPECT_EQ(numbers.use("t." + std::to_string(i)).number, i);
  }
  const auto anew = numbers.use("one.more");
  EXPECT_EQ(anew.number, 0U);
  EXPECT_TRUE(anew.announce);
  EXPECT_FALSE(numbers.knows("t.0"));
  EXPECT_FALSE(numbers.use("t.1").announce);
  EXPECT_EQ(numbers.use("t.0").number, 1U);
}

}  // namespace
}  // namespace fanfare::session
