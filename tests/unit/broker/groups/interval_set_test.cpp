#include "broker/core/groups/interval_set.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace fanfare::broker::core::groups {
namespace {

TEST(IntervalSet, RunsThatTouchAreOne) {
  IntervalSet set;
  set.add(5, 7);
  set.add(9);
  EXPECT_EQ(set.runs().size(), 2U);
  set.add(8);
  EXPECT_EQ(set.runs().size(), 1U);
  EXPECT_EQ(set.size(), 5U);
  EXPECT_EQ(set.run_behind(4), 9U);
  EXPECT_EQ(set.run_behind(5), 5U);
}

TEST(IntervalSet, AgreesWithAPlainSetWhateverComes) {
  std::mt19937 random(7);  // fixed: a failure repeats
  const auto any = [&](std::uint64_t n) { return std::uniform_int_distribution<std::uint64_t>(0, n - 1)(random); };
  IntervalSet set;
  std::set<std::uint64_t> plain;
  for (int step = 0; step < 20'000; ++step) {
    const auto one = 1 + any(100);
    switch (any(20)) {
      case 0:
        set.remove_through(one / 4);
        plain.erase(plain.begin(), plain.upper_bound(one / 4));
        break;
      case 1:
        set.remove_beyond(100 - one / 4);
        plain.erase(plain.upper_bound(100 - one / 4), plain.end());
        break;
      case 2: {
        const auto last = one + any(6);
        set.add(one, last);
        for (auto each = one; each <= last; ++each) plain.insert(each);
        break;
      }
      default:
        if (any(2) == 0) {
          set.add(one);
          plain.insert(one);
        } else {
          set.remove(one);
          plain.erase(one);
        }
    }
    ASSERT_EQ(set.size(), plain.size()) << "step " << step;
    std::uint64_t before = 0;
    for (const auto& [first, last] : set.runs()) {
      ASSERT_TRUE(before == 0 || first > before + 1) << "step " << step;
      ASSERT_LE(first, last);
      before = last;
    }
    for (std::uint64_t each = 0; each < 110; ++each) ASSERT_EQ(set.contains(each), plain.contains(each)) << each;
    auto end = one;
    while (plain.contains(end + 1)) ++end;
    ASSERT_EQ(set.run_behind(one), plain.contains(one) ? one : end);
  }
}

}  // namespace
}  // namespace fanfare::broker::core::groups
