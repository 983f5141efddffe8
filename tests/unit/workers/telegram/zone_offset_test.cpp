#include "workers/notify/zone_offset.hpp"

#include <gtest/gtest.h>

#include <string>

#include "workers/telegram/command_line.hpp"

namespace fanfare::workers::telegram {
namespace {

using namespace std::chrono_literals;

constexpr common::TimePoint kSummer{1'790'000'000'000ms};  // 2026-09-21
constexpr common::TimePoint kWinter{1'770'000'000'000ms};  // 2026-02-02

TEST(ZoneOffset, KnowsZonesAndTheirSummers) {
  EXPECT_EQ(notify::zone_offset("UTC", kSummer), 0min);
  EXPECT_EQ(notify::zone_offset("Europe/Berlin", kSummer), 120min);
  EXPECT_EQ(notify::zone_offset("Europe/Berlin", kWinter), 60min);
  EXPECT_EQ(notify::zone_offset("America/New_York", kWinter), -300min);
  EXPECT_EQ(notify::zone_offset("Asia/Kolkata", kWinter), 330min);
}

TEST(ZoneOffset, OfNoZoneThereIsNone) {
  for (const std::string& zone :
       {std::string(), std::string("Mars/Olympus"), std::string("Europe"), std::string("\xff"),
        std::string("Etc/Unknown"), std::string("Europe/Berlin\0x", 15), std::string(4'096, 'a')}) {
    EXPECT_EQ(notify::zone_offset(zone, kSummer), std::nullopt) << zone;
  }
}

TEST(ZoneOffset, WhatIsWrittenWithoutCapitalsIsFound) {
  for (const std::string zone : {"europe/moscow", "america/new_york", "utc", "asia/ho_chi_minh"}) {
    EXPECT_TRUE(notify::zone_offset(capitalised_zone(zone), kSummer).has_value()) << zone;
  }
}

}  // namespace
}  // namespace fanfare::workers::telegram
