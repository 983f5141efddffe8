#include "cli/up/components.hpp"

#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

TEST(Components, PageIsNamedAsABrowserHereReachesIt) {
  EXPECT_EQ(page_address("127.0.0.1:8080"), "http://localhost:8080");
  EXPECT_EQ(page_address("0.0.0.0:80"), "http://localhost:80");
  EXPECT_EQ(page_address("[::1]:8080"), "http://localhost:8080");
  EXPECT_EQ(page_address("chat.example.org:8080"), "http://chat.example.org:8080");
}

}  // namespace
}  // namespace fanfare::cli
