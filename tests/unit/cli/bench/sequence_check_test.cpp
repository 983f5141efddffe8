#include "cli/bench/sequence_check.hpp"

#include <gtest/gtest.h>

#include <array>

namespace fanfare::cli {
namespace {

TEST(SequenceCheck, FindsNothingWrongWithAllInOrder) {
  SequenceCheck check(2);
  for (std::uint64_t i = 0; i < 3; ++i) {
    check.take(0, i);
    check.take(1, i);
  }
  EXPECT_EQ(check.verdict(std::array<std::uint64_t, 2>{3, 3}), Verdict{});
  EXPECT_EQ(describe(check.verdict(std::array<std::uint64_t, 2>{3, 3})), "every message arrived, once and in order");
}

TEST(SequenceCheck, CountsWhatIsMissingInTheMiddleAndAtTheEnd) {
  SequenceCheck check(1);
  check.take(0, 0);
  check.take(0, 3);
  EXPECT_EQ(check.next(0), 4U);
  EXPECT_EQ(check.verdict(std::array<std::uint64_t, 1>{6}), (Verdict{.missing = 4}));
}

TEST(SequenceCheck, TellsLateFromAgain) {
  SequenceCheck check(1);
  for (const std::uint64_t sequence : {0U, 2U, 1U, 2U}) check.take(0, sequence);
  EXPECT_EQ(check.verdict(std::array<std::uint64_t, 1>{3}), (Verdict{.repeated = 1, .disordered = 1}));
}

TEST(SequenceCheck, MissesAllOfAPublisherThatWasNotHeard) {
  SequenceCheck check(2);
  check.take(1, 0);
  const Verdict verdict = check.verdict(std::array<std::uint64_t, 2>{5, 1});
  EXPECT_EQ(verdict, (Verdict{.missing = 5}));
  EXPECT_FALSE(verdict.complete());
  EXPECT_TRUE(verdict.in_order());
}

TEST(Verdict, NamesEverythingThatIsWrong) {
  EXPECT_EQ(describe(Verdict{.missing = 3, .repeated = 1, .disordered = 2}), "3 missing, 1 twice, 2 out of order");
}

}  // namespace
}  // namespace fanfare::cli
