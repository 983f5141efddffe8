#include "cli/publish/in_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(InOrder, ResultsComeAtOnceWhenTheyAreNext) {
  InOrder<int> order;
  const auto first = order.expect();
  const auto second = order.expect();
  EXPECT_THAT(order.settle(first, 1), ElementsAre(1));
  EXPECT_THAT(order.settle(second, 2), ElementsAre(2));
}

TEST(InOrder, EarlyResultsWaitForThoseBefore) {
  InOrder<int> order;
  const auto first = order.expect();
  const auto second = order.expect();
  const auto third = order.expect();
  EXPECT_THAT(order.settle(third, 3), IsEmpty());
  EXPECT_THAT(order.settle(second, 2), IsEmpty());
  EXPECT_THAT(order.settle(first, 1), ElementsAre(1, 2, 3));
}

TEST(InOrder, NumbersGoOnAfterResultsWereGiven) {
  InOrder<int> order;
  for (int round = 0; round < 3; ++round) {
    const auto first = order.expect();
    const auto second = order.expect();
    EXPECT_THAT(order.settle(second, 2), IsEmpty());
    EXPECT_THAT(order.settle(first, 1), ElementsAre(1, 2));
  }
}

}  // namespace
}  // namespace fanfare::cli
