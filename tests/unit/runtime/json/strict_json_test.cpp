#include "runtime/json/strict_json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fanfare::runtime {
namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(StrictJson, ReadsJson) {
  const auto value = parse_strict_json(R"({"a": [1, {"a": "ü"}], "b": null})");
  ASSERT_TRUE(value);
  EXPECT_EQ((*value)["a"][1]["a"], "ü");
}

TEST(StrictJson, RefusesAMemberThatComesTwice) {
  EXPECT_FALSE(parse_strict_json(R"({"a": 1, "a": 1})"));
  EXPECT_FALSE(parse_strict_json(R"({"a": 1, "\u0061": 2})"));
  EXPECT_FALSE(parse_strict_json(R"([{"b": {"a": 1, "a": 2}}])"));
  EXPECT_TRUE(parse_strict_json(R"({"a": {"a": 1}, "b": {"a": 1}})"));
}

TEST(StrictJson, RefusesWhatIsNotJson) {
  for (const char* text : {"", "{", "{}x", "{} {}", "nul", "[1,]", "{a: 1}", "'a'", "[1] // comment", "NaN", "01",
                           "1e999", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\\ud800\"", "\"a\nb\""}) {
    EXPECT_FALSE(parse_strict_json(text)) << text;
  }
}

TEST(StrictJson, KeepsToItsBounds) {
  EXPECT_TRUE(parse_strict_json(nested(16)));
  EXPECT_FALSE(parse_strict_json(nested(17)));
  EXPECT_FALSE(parse_strict_json(nested(30'000)));
  EXPECT_TRUE(parse_strict_json("123", {.size = 3}));
  EXPECT_FALSE(parse_strict_json("1234", {.size = 3}));
}

}  // namespace
}  // namespace fanfare::runtime
