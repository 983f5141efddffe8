#include "frontends/websocket/server/origin.hpp"

#include <gtest/gtest.h>

namespace fanfare::frontends::websocket::server {
namespace {

OriginRule self_at(bool on_loopback) { return OriginRule({{"self"}, 8080, on_loopback}); }

TEST(Origin, IsReadWithItsSchemesPort) {
  EXPECT_EQ(Origin::parse("https://Chat.Example.org"), (Origin{"https", "chat.example.org", 443}));
  EXPECT_EQ(Origin::parse("http://[::1]:8080"), (Origin{"http", "[::1]", 8080}));
}

TEST(Origin, AnythingElseIsNone) {
  for (const char* text : {"", "null", "self", "*", "chat.example.org", "ftp://x", "http://", "http://x:", "http://x:0",
                           "http://x:65536", "http://x:1x", "http://x/path", "http://u@x", "http://x y", "http://[::1",
                           "http://[x]", "http://*.example.org"}) {
    EXPECT_FALSE(Origin::parse(text)) << text;
  }
}

TEST(OriginRule, SelfIsTheSameHostAtThePagesPort) {
  const auto rule = self_at(false);
  EXPECT_TRUE(rule.allows("http://chat.example:8080", "chat.example:8081"));
  EXPECT_FALSE(rule.allows("http://chat.example:9999", "chat.example:8081"));
  EXPECT_FALSE(rule.allows("http://other.example:8080", "chat.example:8081"));
  EXPECT_FALSE(rule.allows("http://localhost:8080", "127.0.0.1:8081")) << "not bound to loopback";
}

TEST(OriginRule, SelfIsTheSameOriginBehindAProxy) {
  const auto rule = self_at(true);
  EXPECT_TRUE(rule.allows("https://chat.example", "chat.example"));
  EXPECT_TRUE(rule.allows("https://chat.example:8443", "chat.example:8443"));
  EXPECT_FALSE(rule.allows("https://chat.example:8443", "chat.example"));
}

TEST(OriginRule, OnLoopbackSelfIsAnyOfItsNames) {
  const auto rule = self_at(true);
  for (const char* origin : {"http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"}) {
    EXPECT_TRUE(rule.allows(origin, "127.0.0.1:8081")) << origin;
    EXPECT_TRUE(rule.allows(origin, "localhost:8081")) << origin;
  }
  EXPECT_FALSE(rule.allows("http://localhost:8081", "localhost:8081"));
  EXPECT_FALSE(rule.allows("http://127.0.0.1.evil.example:8080", "127.0.0.1:8081"));
}

TEST(OriginRule, OthersAreNamedExactly) {
  const OriginRule rule({{"https://chat.example"}, 8080, true});
  EXPECT_TRUE(rule.allows("https://chat.example:443", "x"));
  EXPECT_FALSE(rule.allows("http://chat.example", "x"));
  EXPECT_FALSE(rule.allows("http://localhost:8080", "localhost:8081")) << "self is not in the list";
  EXPECT_FALSE(rule.allows("null", "x"));
}

}  // namespace
}  // namespace fanfare::frontends::websocket::server
