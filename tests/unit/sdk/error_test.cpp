#include <gtest/gtest.h>
#include <fanfare/error.hpp>

namespace fanfare {
namespace {

TEST(Error, SaysWhatHappenedAndWhatToDo) {
  const Error error(ErrorCode::no_service, "demo.echo");
  EXPECT_STREQ(error.what(), "no_service: nobody serves this topic; start a member that does (demo.echo)");
  EXPECT_EQ(error.name(), "no_service");
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_EQ(error.detail(), "demo.echo");
}

TEST(Error, DoesNotRepeatAdviceThatCameAlong) {
  const Error error(ErrorCode::no_service, "demo.echo – nobody serves this topic; start a member that does");
  EXPECT_STREQ(error.what(), "no_service: demo.echo – nobody serves this topic; start a member that does");
}

}  // namespace
}  // namespace fanfare
