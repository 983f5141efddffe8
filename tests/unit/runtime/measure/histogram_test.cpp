#include "runtime/measure/histogram.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

using fanfare::runtime::Histogram;

TEST(Histogram, NothingMeasuredIsZero) {
  const Histogram histogram;
  EXPECT_EQ(histogram.quantile(0.5), 0U);
  EXPECT_EQ(histogram.max(), 0U);
}

TEST(Histogram, QuantilesOfSmallValuesAreExact) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 200; ++value) histogram.add(value);
  EXPECT_EQ(histogram.quantile(0.5), 100U);
  EXPECT_EQ(histogram.quantile(0.99), 198U);
  EXPECT_EQ(histogram.quantile(1.0), 200U);
  EXPECT_EQ(histogram.count(), 200U);
}

TEST(Histogram, AnyValueIsToldWithinItsHundredAndTwentyEighth) {
  constexpr auto kGreatest = std::numeric_limits<std::uint64_t>::max();
  for (std::uint64_t value = 1; value < kGreatest / 3; value = value * 3 + 1) {
    Histogram histogram;
    histogram.add(value);
    histogram.add(kGreatest);  // so that the greatest does not bound it
    EXPECT_GE(histogram.quantile(0.5), value);
    EXPECT_LE(histogram.quantile(0.5) - value, value / 128);
  }
}

TEST(Histogram, AQuantileIsNeverAboveTheGreatestValue) {
  Histogram histogram;
  histogram.add(1'000'001);
  EXPECT_EQ(histogram.quantile(0.999), 1'000'001U);
}

TEST(Histogram, TwoAreAddedAsIfOneHadSeenAll) {
  Histogram first;
  Histogram second;
  Histogram both;
  for (std::uint64_t value = 1; value < 100'000; value *= 2) {
    first.add(value);
    second.add(value + 7);
    both.add(value);
    both.add(value + 7);
  }
  first.add(second);
  EXPECT_EQ(first.count(), both.count());
  EXPECT_EQ(first.max(), both.max());
  EXPECT_EQ(first.quantile(0.9), both.quantile(0.9));
}
