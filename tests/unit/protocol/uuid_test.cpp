#include <gtest/gtest.h>

#include <fanfare/uuid.hpp>
#include <string>

namespace fanfare {
namespace {

TEST(Uuid, ReadsWhatItWrites) {
  const std::string text = "01890a5d-ac96-774b-bcce-b302099a8057";
  const auto id = Uuid::parse(text);
  ASSERT_TRUE(id);
  EXPECT_EQ(id->to_string(), text);
  EXPECT_EQ(Uuid::parse("01890A5D-AC96-774B-BCCE-B302099A8057"), id);
}

TEST(Uuid, RefusesEverythingElse) {
  for (const auto* text :
       {"", "01890a5d", "01890a5d-ac96-774b-bcce-b302099a805", "01890a5d-ac96-774b-bcce-b302099a80577",
        "01890a5dxac96-774b-bcce-b302099a8057", "g1890a5d-ac96-774b-bcce-b302099a8057"}) {
    EXPECT_FALSE(Uuid::parse(text)) << text;
  }
}

TEST(Uuid, Version7SortsByTimeAndSaysItsVersion) {
  const auto early = Uuid::version7(1'700'000'000'000, Uuid::parse("ffffffff-ffff-ffff-ffff-ffffffffffff")->bytes);
  const auto late = Uuid::version7(1'700'000'000'001, {});
  EXPECT_LT(early, late);
  EXPECT_EQ(early.to_string(), "018bcfe5-6800-7fff-bfff-ffffffffffff");
}

}  // namespace
}  // namespace fanfare
