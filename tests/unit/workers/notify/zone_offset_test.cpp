#include "workers/notify/zone_offset.hpp"

#include <gtest/gtest.h>

namespace fanfare::workers::notify {
namespace {

using namespace std::chrono_literals;

constexpr common::TimePoint kJanuary{1'768'478'400'000ms};  // 2026-01-15
constexpr common::TimePoint kJuly{1'784'116'800'000ms};     // 2026-07-15

TEST(ZoneOffset, FollowsTheClocksOfTheZone) {
  EXPECT_EQ(zone_offset("UTC", kJuly), 0min);
  EXPECT_EQ(zone_offset("Europe/Berlin", kJanuary), 60min);
  EXPECT_EQ(zone_offset("Europe/Berlin", kJuly), 120min);
  EXPECT_EQ(zone_offset("Asia/Kolkata", kJuly), 330min);
  EXPECT_EQ(zone_offset("America/St_Johns", kJanuary), -210min);
}

TEST(ZoneOffset, ZoneThatNobodyKnowsHasNone) {
  for (const char* name : {"", "Europe/Nowhere", "../../etc/passwd", "\xff"}) {
    EXPECT_EQ(zone_offset(name, kJuly), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace fanfare::workers::notify
