#include "runtime/process/line_splitter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::runtime {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(LineSplitter, LinesMayComeInPieces) {
  LineSplitter splitter;
  EXPECT_THAT(splitter.feed("one\ntw"), ElementsAre("one"));
  EXPECT_THAT(splitter.feed("o\n\nthree"), ElementsAre("two", ""));
  EXPECT_EQ(splitter.take_rest(), "three");
  EXPECT_THAT(splitter.feed(""), IsEmpty());
}

TEST(LineSplitter, EndlessLineIsCut) {
  LineSplitter splitter;
  const auto lines = splitter.feed(std::string(2 * LineSplitter::kLongestLine + 1, 'x'));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].size(), LineSplitter::kLongestLine);
  EXPECT_EQ(splitter.take_rest(), "x");
}

}  // namespace
}  // namespace fanfare::runtime
