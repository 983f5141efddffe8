#include "workers/accounts/names.hpp"

#include <gtest/gtest.h>

namespace fanfare::workers::accounts {
namespace {

/// The skeleton, or the problem in brackets.
std::string skeleton(std::string_view typed) {
  const auto name = read_username(typed);
  if (const auto* problem = std::get_if<std::string>(&name)) return "(" + *problem + ")";
  return std::get<Username>(name).skeleton;
}

std::string key(std::string_view typed) {
  const auto name = read_username(typed);
  return std::holds_alternative<Username>(name) ? std::get<Username>(name).key : "";
}

bool is_allowed_name(std::string_view typed) { return std::holds_alternative<Username>(read_username(typed)); }

TEST(Username, IsKeptAsTyped) {
  EXPECT_EQ(std::get<Username>(read_username("Anna.Maria_1-2")).typed, "Anna.Maria_1-2");
}

TEST(Username, IsTheSameHoweverItIsTyped) {
  EXPECT_EQ(key("Paul"), "paul");
  EXPECT_EQ(key("PAUL"), "paul");
  EXPECT_EQ(key("\uFF30\uFF41\uFF55\uFF4C"), "paul");  // full width
  EXPECT_EQ(key("stra\u00DFe"), key("STRASSE"));
  EXPECT_EQ(key("M\u00FCller"), key("Mu\u0308ller"));
  EXPECT_EQ(key("o\uFB03ce"), "office");  // a ligature
}

TEST(Username, LooksLikeOneOfAnotherScript) {
  EXPECT_EQ(skeleton("\u0440\u0430\u0443\u0440\u0430"), skeleton("paypa"));  // all Cyrillic
  EXPECT_EQ(skeleton("\u0421\u0410\u0422"), skeleton("CAT"));
  EXPECT_EQ(skeleton("\u0391\u0392\u0395\u0396"), skeleton("abez"));  // Greek capitals
}

TEST(Username, LooksLikeOneWithAnotherLetterOrDigit) {
  for (const char* alike : {"paypa1", "paypaI", "PaypaI", "PAYPAL", "paypa\u217C"}) {
    EXPECT_EQ(skeleton(alike), skeleton("paypal")) << alike;
  }
  EXPECT_EQ(skeleton("b0b"), skeleton("bob"));
  EXPECT_EQ(skeleton("rnaria"), skeleton("maria"));
  EXPECT_EQ(skeleton("Ian"), skeleton("lan"));
  EXPECT_NE(skeleton("ian"), skeleton("lan"));
  EXPECT_NE(skeleton("paypal"), skeleton("paypals"));
}

TEST(Username, IsOfOneScript) {
  EXPECT_FALSE(is_allowed_name("p\u0430ypal"));  // a Cyrillic a
  EXPECT_FALSE(is_allowed_name("\u0430pple"));
  EXPECT_FALSE(is_allowed_name("p\u03B1ul"));  // a Greek alpha
  EXPECT_FALSE(
      is_allowed_name("\u0661\u06F2"
                      "3"))
      << "digits of three scripts";
  EXPECT_TRUE(is_allowed_name("\u0418\u0432\u0430\u043D"));
  EXPECT_TRUE(is_allowed_name("\u0413\u0435\u043E\u0440\u0433\u0438\u0439-2"));
  EXPECT_TRUE(is_allowed_name("\u7530\u4E2D\u3055\u3093"));
  EXPECT_TRUE(is_allowed_name("\u0930\u093E\u0939\u0941\u0932"));  // Hindi, with marks
  EXPECT_TRUE(is_allowed_name("Bj\u00F6rk"));
}

TEST(Username, HoldsNothingThatCantBeSeenOrIsNoLetter) {
  for (const char* name :
       {"pau\u200Bl", "pau\u200Dl", "\u202Epaul", "pau\u00ADl", "pa ul", "pa\u00A0ul", "paul!", "p@ul", "pa/ul",
        "paul\u0301\u0301\u0301", "\u3164\u3164\u3164", "\U0001F600\U0001F600\U0001F600", "...", "_-_",
        "\u0301"
        "aul",
        "a\xff"
        "b",
        ""}) {
    EXPECT_FALSE(is_allowed_name(name)) << name;
  }
}

TEST(Username, HasThreeToThirtyTwoCharacters) {
  EXPECT_FALSE(is_allowed_name("ab"));
  EXPECT_TRUE(is_allowed_name("abc"));
  EXPECT_TRUE(is_allowed_name(std::string(32, 'a')));
  EXPECT_FALSE(is_allowed_name(std::string(33, 'a')));
  EXPECT_FALSE(is_allowed_name("\uFDFA\uFDFA\uFDFA")) << "one of these is eighteen after NFKC";
}

TEST(Folded, IsWhatIsCompared) {
  EXPECT_EQ(folded("\u00C4PFEL"), "\u00E4pfel");
  EXPECT_EQ(folded("\u200B\u200D"), "");
  EXPECT_EQ(folded("\xff"), "");
}

}  // namespace
}  // namespace fanfare::workers::accounts
