#include "sdk/transport/presence_news.hpp"

#include <gtest/gtest.h>

namespace fanfare::transport {
namespace {

constexpr auto kOff = PresenceState::offline;
constexpr auto kOn = PresenceState::online;

PresenceNews::Item news_of(std::string key, PresenceState before, PresenceState after) {
  return {.key = std::move(key), .before = before, .after = after};
}

std::vector<std::string> texts(const std::vector<PresenceNews::Item>& items) {
  std::vector<std::string> lines;
  for (const auto& item : items) {
    lines.push_back(item.complete ? "complete" : item.key + " " + std::string(to_string(item.after)));
  }
  return lines;
}

TEST(PresenceNews, AskOnceForWhateverWaits) {
  PresenceNews news;
  EXPECT_FALSE(news.ask());
  news.add(news_of("a", kOff, kOn));
  EXPECT_TRUE(news.ask());
  news.add(news_of("b", kOff, kOn));
  EXPECT_FALSE(news.ask());
  EXPECT_EQ(news.take().size(), 2U);
  EXPECT_FALSE(news.ask());
  news.add(news_of("c", kOff, kOn));
  EXPECT_TRUE(news.ask());
}

TEST(PresenceNews, KeepEachTransitionForAHandlerThatKeepsUp) {
  PresenceNews news;
  news.add(news_of("a", kOff, kOn));
  news.add(news_of("a", kOn, kOff));
  EXPECT_EQ(texts(news.take()), (std::vector<std::string>{"a online", "a offline"}));
}

TEST(PresenceNews, AreTheLatestOfEachKeyBeyondTheirBound) {
  PresenceNews news(4);
  news.add({.key = {}, .complete = true});
  news.add(news_of("a", kOff, kOn));
  news.add(news_of("b", kOn, kOff));
  news.add(news_of("b", kOff, kOn));
  news.add({.key = {}, .complete = true});
  news.add(news_of("c", kOff, kOn));
  EXPECT_EQ(texts(news.take()), (std::vector<std::string>{"a online", "complete", "c online"})) << "b is what it was";
}

TEST(PresenceNews, NeverHoldMoreThanTheKeysThereAre) {
  constexpr std::size_t kMost = 100;
  PresenceNews news(kMost);
  for (int i = 0; i < 10'000; ++i) {
    const auto key = std::to_string(i % 150);
    const bool comes = (i / 150) % 2 == 0;
    news.add(news_of(key, comes ? kOff : kOn, comes ? kOn : kOff));
  }
  EXPECT_LE(news.take().size(), 300U);
}

}  // namespace
}  // namespace fanfare::transport
