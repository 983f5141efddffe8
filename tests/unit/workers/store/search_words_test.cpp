#include "workers/store/text/search_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::workers::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> folded(std::string_view text) {
  std::vector<std::string> words;
  for (const SearchWord& word : search_words(text)) words.push_back(word.folded);
  return words;
}

TEST(SearchWords, AreRunsOfLettersAndDigits) {
  EXPECT_THAT(folded("It's 3.14, or foo_bar-baz@example.org!"),
              ElementsAre("it", "s", "3", "14", "or", "foo", "bar", "baz", "example", "org"));
  EXPECT_THAT(folded("a1b2"), ElementsAre("a1b2"));
  EXPECT_THAT(folded(" \t\n.,;:!?'\"()[]{}<>/\\|@#$%^&*-_=+~`"), IsEmpty());
  EXPECT_THAT(folded(""), IsEmpty());
}

TEST(SearchWords, CaseAccentsAndWidthAreFolded) {
  EXPECT_THAT(folded("ÀÉÎõü ÇŠž Ångström"), ElementsAre("aeiou", "csz", "angstrom"));
  EXPECT_THAT(folded("cafe\u0301 café"), ElementsAre("cafe", "cafe"));
  EXPECT_THAT(folded("STRASSE Straße ΣΊΣΥΦΟΣ Ёж İI"), ElementsAre("strasse", "strasse", "σισυφοσ", "еж", "ii"));
  EXPECT_THAT(folded("ﬁne ＡＢＣ１ ｶﾞ"), ElementsAre("fine", "abc1", "カ"));
}

TEST(SearchWords, VowelsOfIndicScriptsAreNoAccents) {
  EXPECT_THAT(folded("की को"), ElementsAre("की", "को"));
  EXPECT_NE(folded("की"), folded("को"));
}

TEST(SearchWords, EachCharacterOfChineseAndJapaneseIsOne) {
  EXPECT_THAT(folded("东京abc塔"), ElementsAre("东", "京", "abc", "塔"));
  EXPECT_THAT(folded("行った"), ElementsAre("行", "っ", "た"));
}

TEST(SearchWords, WhatCannotBeSeenIsNotThere) {
  EXPECT_THAT(folded("zero\u200Bwidth so\u00ADft \u202Eabc\u202C می\u200Cخواهم"),
              ElementsAre("zerowidth", "soft", "abc", "میخواهم"));
}

TEST(SearchWords, PicturesAndSymbolsAreNone) {
  EXPECT_THAT(folded("\U0001F600 \U0001F469\u200D\U0001F467 ❤\uFE0F → ½"), ElementsAre("12"));
}

TEST(SearchWords, KnowTheirPlace) {
  const std::string text = "Ein Café!";
  const auto words = search_words(text);
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(text.substr(words[1].begin, words[1].end - words[1].begin), "Café");
}

TEST(SearchWords, WhatIsNoUtf8PartsThem) {
  EXPECT_THAT(folded("ab\xFF"
                     "cd \xC3(x \xE2\x82"),
              ElementsAre("ab", "cd", "x"));
  EXPECT_THAT(folded(std::string_view("a\0b", 3)), ElementsAre("a", "b"));
}

TEST(SearchWords, LongOnesAreCutBetweenCharacters) {
  EXPECT_THAT(folded(std::string(1'000, 'x')), ElementsAre(std::string(128, 'x')));
  std::string long_word = "x";
  for (int index = 0; index < 100; ++index) long_word += "ж";
  EXPECT_EQ(folded(long_word)[0].size(), 127U);
}

TEST(SearchWords, JoinedHaveSpacesBetweenThem) { EXPECT_EQ(joined_search_words(" Ein, Café! "), "ein cafe"); }

}  // namespace
}  // namespace fanfare::workers::store
