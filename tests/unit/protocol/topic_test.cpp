#include "protocol/topic.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fanfare::protocol {
namespace {

TEST(Topic, IsDotSeparatedTokensOfUtf8) {
  for (const auto* topic : {"a", "chat.7f3a", "$sys.event.x", "günther.日本.🙂", "a-b_c/d", "$"})
    EXPECT_TRUE(is_topic(topic)) << topic;
}

TEST(Topic, HasNoEmptyTokenWhiteSpaceControlCharacterOrWildcard) {
  for (const auto* topic : {"", ".", ".a", "a.", "a..b", "a b", "a\tb", "a\nb", "a\x7f", "a.*", "*", ">", "a.>", "a*b",
                            "a\xC2\xA0"
                            "b",
                            "a\xE2\x80\x83"
                            "b",
                            "a\xE3\x80\x80"
                            "b",
                            "a\xE2\x80\xA8"}) {
    EXPECT_FALSE(is_topic(topic)) << topic;
  }
  EXPECT_FALSE(is_topic(std::string("a\0b", 3)));
}

TEST(Topic, IsRefusedWhenItIsNotUtf8) {
  for (const auto* topic : {"\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "a\x80", "a\xE2\x82", "\xF0\x80\x80\x80"}) {
    EXPECT_FALSE(is_topic(topic));
  }
}

TEST(Topic, HasAtMost255BytesAnd16Tokens) {
  EXPECT_TRUE(is_topic(std::string(255, 'a')));
  EXPECT_FALSE(is_topic(std::string(256, 'a')));
  EXPECT_TRUE(is_topic("1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16"));
  EXPECT_FALSE(is_topic("1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17"));
}

TEST(Pattern, TakesWildcardsAsWholeTokensAndMoreOnlyAtTheEnd) {
  for (const auto* pattern : {"a", "*", ">", "a.*", "a.*.b", "a.>", "*.*", "$change.>"})
    EXPECT_TRUE(is_pattern(pattern)) << pattern;
  for (const auto* pattern : {"", "a.>.b", ">.a", "a*", "a.b>", "a..>", "**"})
    EXPECT_FALSE(is_pattern(pattern)) << pattern;
}

TEST(Pattern, StarMatchesExactlyOneToken) {
  EXPECT_TRUE(matches("a.*", "a.b"));
  EXPECT_FALSE(matches("a.*", "a"));
  EXPECT_FALSE(matches("a.*", "a.b.c"));
  EXPECT_TRUE(matches("*.b.*", "a.b.c"));
  EXPECT_FALSE(matches("*.b.*", "a.x.c"));
}

TEST(Pattern, MoreMatchesOneOrMoreTokens) {
  EXPECT_TRUE(matches("a.>", "a.b"));
  EXPECT_TRUE(matches("a.>", "a.b.c"));
  EXPECT_FALSE(matches("a.>", "a"));
  EXPECT_TRUE(matches(">", "a"));
}

TEST(Pattern, MatchesReservedTopicsOnlyWhenItIsReservedItself) {
  EXPECT_FALSE(matches(">", "$sys.event"));
  EXPECT_FALSE(matches("*.event", "$sys.event"));
  EXPECT_TRUE(matches("$sys.>", "$sys.event"));
}

TEST(Pattern, OverlapsWhereSomeTopicIsMatchedByBoth) {
  EXPECT_TRUE(overlap("chat.>", "chat.a"));
  EXPECT_TRUE(overlap("chat.*", "*.a"));
  EXPECT_TRUE(overlap("a.>", "a.*.c"));
  EXPECT_FALSE(overlap("chat.>", "user.>"));
  EXPECT_FALSE(overlap("a.*", "a"));
  EXPECT_FALSE(overlap(">", "$change.>"));
}

TEST(Name, IsShortAndPlain) {
  for (const auto* name : {"a", "billing-1", "A.b_c", "0"}) EXPECT_TRUE(is_name(name)) << name;
  for (const auto* name : {"", "-a", ".a", "a b", "ü", "a/b"}) EXPECT_FALSE(is_name(name)) << name;
  EXPECT_FALSE(is_name(std::string(65, 'a')));
}

}  // namespace
}  // namespace fanfare::protocol
