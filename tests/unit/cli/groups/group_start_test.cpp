#include "cli/groups/group_start.hpp"

#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

TEST(GroupStart, IsTheBeginningTheNextMessageOrASequence) {
  EXPECT_EQ(parse_group_start("beginning")->kind(), From::Kind::all);
  EXPECT_EQ(parse_group_start("new")->kind(), From::Kind::now);
  EXPECT_EQ(parse_group_start("17")->kind(), From::Kind::at);
  EXPECT_EQ(parse_group_start("17")->position().sequence, 17U);
}

TEST(GroupStart, IsNothingElse) {
  for (const char* wrong : {"", "all", "0", "-1", "9007199254740992", "10m"}) {
    EXPECT_FALSE(parse_group_start(wrong)) << wrong;
  }
}

TEST(GroupStart, IsSaidInWords) {
  EXPECT_EQ(describe_start(From::all()), "with the oldest message");
  EXPECT_EQ(describe_start(From::now()), "with the next message");
  EXPECT_EQ(describe_start(From::at(17)), "with sequence 17");
}

}  // namespace
}  // namespace fanfare::cli
