#include "broker/core/recent_ids.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace fanfare::broker::core {
namespace {

using std::chrono::seconds;

Uuid numbered(std::uint64_t number) { return Uuid::version7(number, {}); }

TEST(RecentIds, KnowAMillionIdsInLittleMemory) {
  RecentIds ids;
  for (std::uint64_t i = 1; i <= 1'100'000; ++i) {
    ids.taken(numbered(i), i * 3, seconds(1));
    ids.committed(numbered(i), i);
  }
  EXPECT_LE(ids.memory(), 64U << 20U);
  RecordProperty("mebibytes", static_cast<int>(ids.memory() >> 20U));
  EXPECT_EQ(ids.floor(), 100'000U);
  EXPECT_FALSE(ids.find(numbered(100'000)));
  for (const std::uint64_t i : {100'001U, 600'000U, 1'100'000U}) {
    ASSERT_TRUE(ids.find(numbered(i)));
    EXPECT_EQ(ids.find(numbered(i))->sequence, i);
    EXPECT_EQ(ids.find(numbered(i))->fingerprint, i * 3);
  }
}

TEST(RecentIds, NeverForgetOneThatWaitsForItsCommit) {
  RecentIds ids;
  ids.taken(numbered(1), 0, seconds(0));
  ids.taken(numbered(2), 0, seconds(500));
  EXPECT_TRUE(ids.find(numbered(1)));
  ids.committed(numbered(1), 1);
  ids.taken(numbered(3), 0, seconds(501));
  EXPECT_FALSE(ids.find(numbered(1)));
  EXPECT_EQ(ids.floor(), 1U);
}

TEST(RecentIds, LetTheNewerOfTwoCount) {
  RecentIds ids;
  ids.taken(numbered(1), 10, seconds(0));
  ids.taken(numbered(1), 20, seconds(1));
  ids.committed(numbered(1), 7);
  ASSERT_TRUE(ids.find(numbered(1)));
  EXPECT_EQ(ids.find(numbered(1))->fingerprint, 20U);
  EXPECT_EQ(ids.find(numbered(1))->sequence, 7U);
  ids.taken(numbered(2), 0, seconds(500));  // both slots are let go
  EXPECT_FALSE(ids.find(numbered(1)));
  EXPECT_EQ(ids.floor(), 7U);
}

TEST(RecentIds, AgreeWithAPlainMapWhateverComes) {
  std::mt19937 random(11);  // fixed: a failure repeats
  const auto any = [&](std::uint64_t n) { return std::uniform_int_distribution<std::uint64_t>(0, n - 1)(random); };
  RecentIds ids;
  std::map<std::uint64_t, std::uint64_t> known;  // sequence by id
  std::map<std::uint64_t, seconds> since;
  std::uint64_t sequence = 0;
  seconds now{0};
  for (int step = 0; step < 50'000; ++step) {
    const auto id = any(5'000);
    now += seconds(any(20) == 0 ? 1 : 0);
    if (!ids.find(numbered(id))) {
      // What is older than the window has gone from the plain map too once another comes.
      ids.taken(numbered(id), id, now);
      std::erase_if(since, [&](const auto& one) {
        if (now - one.second <= RecentIds::kWindow) return false;
        known.erase(one.first);
        return true;
      });
      if (any(10) == 0) {
        ids.failed(numbered(id));
      } else {
        ids.committed(numbered(id), ++sequence);
        known[id] = sequence;
        since[id] = now;
      }
    }
    const auto asked = any(5'000);
    const auto found = ids.find(numbered(asked));
    ASSERT_EQ(found.has_value(), known.contains(asked)) << "step " << step;
    ASSERT_EQ(found ? found->sequence : 0, known.contains(asked) ? known[asked] : 0);
  }
}

}  // namespace
}  // namespace fanfare::broker::core
