#include "cli/bench/once_check.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>
#include <vector>

namespace fanfare::cli {
namespace {

TEST(OnceCheck, TakesMessagesInAnyOrder) {
  constexpr std::uint32_t kSeed = 11;
  std::vector<std::uint64_t> sequences(10'000);
  std::iota(sequences.begin(), sequences.end(), std::uint64_t{0});
  std::ranges::shuffle(sequences, std::mt19937(kSeed));
  OnceCheck check(1);
  for (const std::uint64_t sequence : sequences) check.take(0, sequence);
  EXPECT_EQ(check.verdict(std::array<std::uint64_t, 1>{10'000}), Verdict{});
}

TEST(OnceCheck, CountsWhatComesAgainAndWhatDoesNotCome) {
  OnceCheck check(2);
  for (const std::uint64_t sequence : {0U, 1U, 4U, 4U, 0U}) check.take(1, sequence);
  EXPECT_EQ(check.verdict(std::array<std::uint64_t, 2>{0, 6}), (Verdict{.missing = 3, .repeated = 2}));
}

}  // namespace
}  // namespace fanfare::cli
