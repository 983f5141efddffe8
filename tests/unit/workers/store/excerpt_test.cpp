#include "workers/store/text/excerpt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "workers/store/text/search_words.hpp"

namespace fanfare::workers::store {
namespace {

using testing::ElementsAre;

std::string joined(const std::vector<Fragment>& fragments) {
  std::string text;
  for (const Fragment& fragment : fragments) text += fragment.text;
  return text;
}

TEST(Excerpt, PartsAShortTextIntoHitsAndTheRest) {
  EXPECT_THAT(make_excerpt("a quick fox, Quickly", "fox quick"),
              ElementsAre(Fragment{"a ", false}, Fragment{"quick", true}, Fragment{" ", false}, Fragment{"fox", true},
                          Fragment{", ", false}, Fragment{"Quickly", true}));
}

TEST(Excerpt, OnlyTheLastWordIsABeginning) {
  EXPECT_THAT(make_excerpt("foxes quicker", "fox quick"),
              ElementsAre(Fragment{"foxes ", false}, Fragment{"quicker", true}));
}

TEST(Excerpt, OfALongTextIsAPieceAroundTheHits) {
  std::string text;
  for (int index = 0; index < 200; ++index) text += "word ";
  text += "needle and thread";
  for (int index = 0; index < 200; ++index) text += " after";
  const auto excerpt = make_excerpt(text, "thread needle");
  EXPECT_TRUE(joined(excerpt).starts_with("…word"));
  EXPECT_TRUE(joined(excerpt).ends_with("after …")) << joined(excerpt);
  EXPECT_LT(joined(excerpt).size(), 260U);
  EXPECT_EQ(std::ranges::count_if(excerpt, &Fragment::is_hit), 2);
}

TEST(Excerpt, ShowsWhereMostWordsAre) {
  const std::string text = "one " + std::string(500, '.') + " one two " + std::string(500, '.');
  EXPECT_NE(joined(make_excerpt(text, "two one")).find("one two"), std::string::npos);
}

TEST(Excerpt, WithoutAHitIsTheBeginning) {
  EXPECT_THAT(make_excerpt("short", "other"), ElementsAre(Fragment{"short", false}));
  EXPECT_THAT(make_excerpt("", "other"), ElementsAre());
}

TEST(Excerpt, IsAlwaysAPieceOfTheText) {
  const auto seed = std::random_device()();
  RecordProperty("seed", std::to_string(seed));
  std::mt19937 chance(seed);
  const std::vector<std::string> pieces = {"a",      "B",    " ", "é",      "京", "\U0001F600",
                                           "\u0301", "\xFF", "…", "\u202E", "."};
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (auto size = chance() % 600; size > 0; --size) text += pieces[chance() % pieces.size()];
    const std::string query = pieces[chance() % pieces.size()] + " " + pieces[chance() % pieces.size()];
    std::string excerpt = joined(make_excerpt(text, query));
    EXPECT_LE(excerpt.size(), 250U) << seed;
    if (text.find(excerpt) == std::string::npos && excerpt.starts_with("…")) excerpt.erase(0, 3);
    if (text.find(excerpt) == std::string::npos && excerpt.ends_with("…")) excerpt.resize(excerpt.size() - 3);
    EXPECT_NE(text.find(excerpt), std::string::npos) << seed;
  }
}

}  // namespace
}  // namespace fanfare::workers::store
