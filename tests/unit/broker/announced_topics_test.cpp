#include "broker/core/announced_topics.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <set>
#include <utility>

namespace fanfare::broker::core {
namespace {

Topic numbered(protocol::StreamNumber stream, std::uint32_t number) {
  Topic topic;
  topic.stream = stream;
  topic.number = number;
  return topic;
}

TEST(AnnouncedTopics, AreApartByStream) {
  AnnouncedTopics announced;
  EXPECT_TRUE(announced.add(numbered(1, 7)));
  EXPECT_FALSE(announced.add(numbered(1, 7)));
  EXPECT_TRUE(announced.add(numbered(2, 7)));
  EXPECT_TRUE(announced.remove(numbered(1, 7)));
  EXPECT_FALSE(announced.remove(numbered(1, 7)));
  EXPECT_FALSE(announced.add(numbered(2, 7)));
  EXPECT_EQ(announced.size(), 1U);
}

TEST(AnnouncedTopics, HaveNothingToRemoveBeforeTheFirst) { EXPECT_FALSE(AnnouncedTopics().remove(numbered(1, 1))); }

/// Numbers in a row, as they are given, and scattered ones, so that both kinds of neighbours are met.
TEST(AnnouncedTopics, AgreeWithAPlainSet) {
  const auto seed = std::random_device{}();
  std::cout << "seed " << seed << '\n';
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t bound) {
    return std::uniform_int_distribution<std::uint32_t>(0, bound - 1)(random);
  };
  AnnouncedTopics announced;
  std::set<std::pair<protocol::StreamNumber, std::uint32_t>> plain;
  for (int step = 0; step < 300'000; ++step) {
    const auto number = below(2) == 0 ? 1 + below(1'000) : protocol::kEphemeralTopic | 7'919U * (1 + below(100));
    const auto topic = numbered(static_cast<protocol::StreamNumber>(below(3)), number);
    const std::pair key(topic.stream, topic.number);
    if (below(100'000) == 0) {
      announced.clear();
      plain.clear();
    } else if (below(5) < 3) {
      ASSERT_EQ(announced.add(topic), plain.insert(key).second);
    } else {
      ASSERT_EQ(announced.remove(topic), plain.erase(key) == 1);
    }
    ASSERT_EQ(announced.size(), plain.size());
  }
  for (const auto& [stream, number] : plain) ASSERT_FALSE(announced.add(numbered(stream, number)));
}

}  // namespace
}  // namespace fanfare::broker::core
