#include "cli/publish/publishing.hpp"

#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

TEST(Publishing, ThatWasAbandonedSaysWhatIsKnown) {
  EXPECT_EQ(describe_abandoned(7, 0, 3), "7 acknowledged; 3 may or may not have been stored");
  EXPECT_EQ(describe_abandoned(7, 2, 0), "7 acknowledged; 2 not stored");
  EXPECT_EQ(describe_abandoned(0, 1, 1), "0 acknowledged; 1 not stored; 1 may or may not have been stored");
}

}  // namespace
}  // namespace fanfare::cli
