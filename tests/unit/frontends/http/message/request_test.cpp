#include "frontends/http/message/request.hpp"

#include <gtest/gtest.h>

namespace fanfare::frontends::http {
namespace {

Request with_cookies(const std::string& value) { return {.headers = {{"cookie", value}}}; }

TEST(Request, FindsACookieAmongOthers) {
  EXPECT_EQ(with_cookies("a=1; fanfare_refresh=xyz;b=2").cookie("fanfare_refresh"), "xyz");
  EXPECT_EQ(with_cookies("fanfare_refresh=").cookie("fanfare_refresh"), "");
  for (const char* text : {"", ";", ";;=;==;a", "fanfare_refresh", "xfanfare_refresh=1"}) {
    EXPECT_EQ(with_cookies(text).cookie("fanfare_refresh"), std::nullopt) << text;
  }
}

TEST(Request, ACookieWithTwoValuesIsNobodys) {
  EXPECT_EQ(with_cookies("a=1; a=2").cookie("a"), std::nullopt);
  EXPECT_EQ(with_cookies("a=1; a=1").cookie("a"), "1");
}

TEST(Request, FindsHeadersAndQueryValues) {
  const Request request{.query = {{"limit", "5"}, {"limit", "6"}}, .headers = {{"host", "a"}}};
  EXPECT_EQ(request.header("host"), "a");
  EXPECT_EQ(request.header("origin"), std::nullopt);
  EXPECT_EQ(request.query_value("limit"), "5");
  EXPECT_EQ(request.query_value("after"), std::nullopt);
}

}  // namespace
}  // namespace fanfare::frontends::http
