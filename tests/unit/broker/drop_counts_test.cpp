#include "broker/core/drop_counts.hpp"

#include <gmock/gmock.h>

namespace fanfare::broker::core {
namespace {

using testing::ElementsAre;
using testing::Pair;

TopicPtr topic(const std::string& name) {
  auto made = std::make_shared<Topic>();
  made->name = name;
  return made;
}

TEST(DropCounts, TellPoliciesAndPatternsApart) {
  DropCounts drops;
  const DropCounts::Patterns patterns = {{"chat.>", 1}, {"chat.a", 1}, {"typing.*", 2}};
  drops.add(DropPolicy::drop_oldest, {{topic("chat.a"), 2}, {topic("chat.b"), 3}, {topic("typing.a"), 5}}, patterns);
  drops.add(DropPolicy::drop_oldest, {{topic("chat.c"), 1}}, patterns);
  drops.add(DropPolicy::close, {{topic("chat.a"), 7}}, patterns);
  EXPECT_THAT(
      drops.counts(),
      ElementsAre(Pair(Pair(DropPolicy::drop_oldest, "chat.>"), 4), Pair(Pair(DropPolicy::drop_oldest, "chat.a"), 2),
                  Pair(Pair(DropPolicy::drop_oldest, "typing.*"), 5), Pair(Pair(DropPolicy::close, "chat.a"), 7)));
}

TEST(DropCounts, CountTheRestTogetherBeyondSomePatterns) {
  DropCounts drops;
  DropCounts::Patterns patterns;
  for (int i = 0; i < 40; ++i) patterns.emplace("demo." + std::to_string(i), 1);
  std::uint64_t sum = 0;
  for (int i = 0; i < 40; ++i) drops.add(DropPolicy::drop_oldest, {{topic("demo." + std::to_string(i)), 1}}, patterns);
  EXPECT_LE(drops.counts().size(), 17U);
  for (const auto& [key, count] : drops.counts()) sum += count;
  EXPECT_EQ(sum, 40U);
  EXPECT_EQ(drops.counts().at({DropPolicy::drop_oldest, ""}), 40U - (drops.counts().size() - 1));
}

TEST(DropCounts, OfASessionWithVeryManyPatternsAreNotComparedWithThem) {
  DropCounts drops;
  DropCounts::Patterns patterns;
  for (int i = 0; i < 65; ++i) patterns.emplace("demo." + std::to_string(i), 1);
  drops.add(DropPolicy::drop_oldest, {{topic("demo.1"), 4}, {nullptr, 2}}, patterns);
  EXPECT_THAT(drops.counts(), ElementsAre(Pair(Pair(DropPolicy::drop_oldest, ""), 6)));
}

}  // namespace
}  // namespace fanfare::broker::core
