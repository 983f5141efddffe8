#include "cli/bench/histogram.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <vector>

namespace fanfare::cli {
namespace {

TEST(Histogram, IsExactBelowTwoHundredAndFiftySix) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 200; ++value) histogram.add(value);
  EXPECT_EQ(histogram.quantile(0.5), 100U);
  EXPECT_EQ(histogram.quantile(0.99), 198U);
  EXPECT_EQ(histogram.quantile(1), 200U);
  EXPECT_EQ(histogram.quantile(0), 1U);
}

TEST(Histogram, NeverSaysLessThanTheTruthAndHardlyMore) {
  constexpr std::uint32_t kSeed = 7;
  std::mt19937_64 random(kSeed);
  std::vector<std::uint64_t> values;
  const auto histogram = std::make_unique<Histogram>();
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(random() >> (random() % 64));
    histogram->add(values.back());
  }
  std::ranges::sort(values);
  for (const double part : {0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(values.size())));
    const std::uint64_t truth = values[rank - 1];
    EXPECT_GE(histogram->quantile(part), truth) << part;
    EXPECT_LE(histogram->quantile(part) - truth, truth / 128) << part;
  }
}

TEST(Histogram, TakesTheSmallestAndTheLargestValue) {
  Histogram histogram;
  histogram.add(0);
  EXPECT_EQ(histogram.quantile(1), 0U);
  histogram.add(UINT64_MAX);
  EXPECT_EQ(histogram.quantile(0.5), 0U);
  EXPECT_EQ(histogram.quantile(1), UINT64_MAX);
  EXPECT_EQ(histogram.max(), UINT64_MAX);
}

TEST(Histogram, OfNothingSaysZero) {
  const Histogram histogram;
  EXPECT_EQ(histogram.quantile(0.99), 0U);
  EXPECT_EQ(histogram.count(), 0U);
}

TEST(Histogram, MergedShowsBoth) {
  Histogram all;
  Histogram other;
  for (std::uint64_t value = 1; value <= 50; ++value) all.add(value);
  for (std::uint64_t value = 51; value <= 100; ++value) other.add(value);
  all.merge(other);
  EXPECT_EQ(all.count(), 100U);
  EXPECT_EQ(all.max(), 100U);
  EXPECT_EQ(all.quantile(0.9), 90U);
}

}  // namespace
}  // namespace fanfare::cli
