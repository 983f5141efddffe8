#include "frontends/http/message/target.hpp"

#include <gtest/gtest.h>

namespace fanfare::frontends::http {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

TEST(ParseTarget, DecodesPathAndQuery) {
  const auto target = parse_target("/caf%C3%A9?query=a+b%2Bc&empty=&bare&&=x");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/café");
  EXPECT_EQ(target->query, (Query{{"query", "a b+c"}, {"empty", ""}, {"bare", ""}, {"", "x"}}));
}

TEST(ParseTarget, TakesTheAbsoluteForm) {
  const auto target = parse_target("http://localhost:8080/livez?a=b");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/livez");
}

TEST(ParseTarget, RefusesWhatCanBeReadInTwoWays) {
  for (const char* text : {"", "livez", "*", "/%zz", "/%4", "/%", "/%00", "/%0a", "/%ff", "/a%2Fb", "/a%2fb", "/#a",
                           "/?a=%00", "/?a=%ff", "/?a=%g0", "http://a", "http:///a", "ftp://a/b", "http://a b/c"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

TEST(ParseTarget, BoundsTheNumberOfQueryValues) {
  std::string text = "/?";
  for (int count = 0; count < 65; ++count) text += "a=b&";
  EXPECT_FALSE(parse_target(text));
}

TEST(IsHost, KnowsNamesAndAddressesWithAndWithoutPort) {
  for (const char* text : {"localhost", "127.0.0.1:8080", "a.example", "[::1]", "[::1]:80", "a:"}) {
    EXPECT_EQ(is_host(text), std::string_view(text) != "a:") << text;
  }
  for (const char* text : {"", "[", "[]", "[::1", "[::1]x", "a:999999999999", "a:b", "a b", ":80", "a/b", "a@b"}) {
    EXPECT_FALSE(is_host(text)) << text;
  }
}

}  // namespace
}  // namespace fanfare::frontends::http
