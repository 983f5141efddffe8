#include "broker/core/subscription_index.hpp"

#include <gmock/gmock.h>

#include <random>
#include <set>

#include "protocol/topic.hpp"

namespace fanfare::broker::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SubscriptionIndex, StarMatchesExactlyOneToken) {
  SubscriptionIndex index;
  index.add("a.*", 1);
  EXPECT_THAT(index.match("a.b"), ElementsAre(1));
  EXPECT_THAT(index.match("a"), IsEmpty());
  EXPECT_THAT(index.match("a.b.c"), IsEmpty());
}

TEST(SubscriptionIndex, GivesAListenerOnceHoweverManyPatternsMatch) {
  SubscriptionIndex index;
  for (const auto* pattern : {"a.b", "a.*", "a.>", ">", "*.b"}) index.add(pattern, 7);
  index.add("a.>", 3);
  EXPECT_THAT(index.match("a.b"), ElementsAre(3, 7));
}

TEST(SubscriptionIndex, ForgetsWhatIsRemovedAndOnlyThat) {
  SubscriptionIndex index;
  index.add("a.>", 1);
  index.add("a.>", 2);
  index.add("a.b", 1);
  index.remove("a.>", 1);
  EXPECT_THAT(index.match("a.b"), ElementsAre(1, 2));
  EXPECT_THAT(index.match("a.c"), ElementsAre(2));
}

TEST(SubscriptionIndex, AgreesWithPlainMatchingOnRandomPatterns) {
  std::mt19937 random(20'240'601);  // fixed: a failure repeats
  const std::vector<std::string> words{"a", "b", "$a", "*"};
  const auto any = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  const auto text = [&](bool pattern) {
    std::string made;
    for (std::size_t tokens = 1 + any(4); tokens > 0; --tokens) {
      if (!made.empty()) made += '.';
      made += words[any(pattern ? words.size() : words.size() - 1)];
    }
    if (pattern && any(3) == 0) made += ".>";
    return made;
  };
  SubscriptionIndex index;
  std::vector<std::string> patterns;
  std::set<std::string> seen;
  while (patterns.size() < 60) {
    auto pattern = text(true);
    if (!seen.insert(pattern).second) continue;
    index.add(pattern, static_cast<ListenerId>(patterns.size()));
    patterns.push_back(std::move(pattern));
  }
  for (int i = 0; i < 2'000; ++i) {
    const auto topic = text(false);
    std::vector<ListenerId> expected;
    for (std::size_t p = 0; p < patterns.size(); ++p) {
      if (protocol::matches(patterns[p], topic)) expected.push_back(static_cast<ListenerId>(p));
    }
    ASSERT_EQ(index.match(topic), expected) << topic;
  }
}

}  // namespace
}  // namespace fanfare::broker::core
