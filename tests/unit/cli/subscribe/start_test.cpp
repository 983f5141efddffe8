#include "cli/subscribe/start.hpp"

#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

constexpr Timestamp kNow{std::chrono::hours(24 * 20'000)};
constexpr const char* kEpoch = "01890a5d-ac96-774b-bcce-b302099a8057";

TEST(Start, NewAndAllAreWords) {
  EXPECT_EQ(parse_start("new", kNow)->kind(), From::Kind::now);
  EXPECT_EQ(parse_start("all", kNow)->kind(), From::Kind::all);
}

TEST(Start, NumberIsASequence) {
  const auto start = parse_start("4711", kNow);
  ASSERT_TRUE(start);
  EXPECT_EQ(start->kind(), From::Kind::at);
  EXPECT_EQ(start->position().sequence, 4711U);
  EXPECT_EQ(parse_start("9007199254740991", kNow)->position().sequence, kMaxSequence);
}

TEST(Start, PositionHasAnEpoch) {
  const auto start = parse_start(std::string(kEpoch) + "-7", kNow);
  ASSERT_TRUE(start);
  EXPECT_EQ(start->kind(), From::Kind::after);
  EXPECT_EQ(start->position(), (Position{*Uuid::parse(kEpoch), 7}));
}

TEST(Start, TimeIsRfc3339) {
  const auto start = parse_start("1970-01-01T01:00:01+01:00", kNow);
  ASSERT_TRUE(start);
  EXPECT_EQ(start->kind(), From::Kind::time);
  EXPECT_EQ(start->timestamp(), Timestamp(std::chrono::seconds(1)));
}

TEST(Start, DurationCountsBackFromNow) {
  const auto start = parse_start("10m", kNow);
  ASSERT_TRUE(start);
  EXPECT_EQ(start->kind(), From::Kind::time);
  EXPECT_EQ(start->timestamp(), kNow - std::chrono::minutes(10));
}

TEST(Start, TimesBeforeAllMessagesAreTheBeginning) {
  EXPECT_EQ(parse_start("36500d", kNow)->timestamp(), Timestamp());
  EXPECT_EQ(parse_start("1066-10-14T09:00:00Z", kNow)->timestamp(), Timestamp());
}

TEST(Start, AnythingElseIsNone) {
  for (const char* wrong : {"", "0", "-1", "+1", "1.5", "9007199254740992", "18446744073709551616", "NEW", "now", "0s",
                            "10 m", "m", "36501d", "2026-11-21", "yesterday", "-7",
                            "01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8057-"}) {
    EXPECT_FALSE(parse_start(wrong, kNow)) << wrong;
  }
}

}  // namespace
}  // namespace fanfare::cli
