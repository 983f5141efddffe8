#include "workers/notify/preview.hpp"

#include <gtest/gtest.h>

namespace fanfare::workers::notify {
namespace {

TEST(PreviewTest, IsTheTextIfThatIsShort) {
  EXPECT_EQ(preview_of("hello", 5), "hello");
  EXPECT_EQ(preview_of("", 5), "");
}

TEST(PreviewTest, IsCutBetweenCharacters) {
  EXPECT_EQ(preview_of("hello", 4), "hell…");
  EXPECT_EQ(preview_of("привет", 3), "при…");
  EXPECT_EQ(preview_of("😀😀😀", 2), "😀😀…");
}

TEST(PreviewTest, IsNothingIfNothingIsToBeShown) { EXPECT_EQ(preview_of("hello", 0), ""); }

TEST(PreviewTest, IsOneLine) {
  EXPECT_EQ(preview_of("\n a\n\n b\t ", 10), "a b");
  EXPECT_EQ(preview_of("a  b", 2), "a…");
}

}  // namespace
}  // namespace fanfare::workers::notify
