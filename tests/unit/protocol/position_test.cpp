#include <gtest/gtest.h>

#include <fanfare/position.hpp>

namespace fanfare {
namespace {

const Uuid kEarlier = *Uuid::parse("018bcfe5-6800-7000-8000-000000000000");
const Uuid kLater = *Uuid::parse("018bcfe5-6801-7000-8000-000000000000");

TEST(Position, ComparesByEpochThenBySequence) {
  EXPECT_LT((Position{kEarlier, 9}), (Position{kLater, 1}));
  EXPECT_LT((Position{kLater, 1}), (Position{kLater, 2}));
}

TEST(Position, ReadsWhatItWrites) {
  const Position position{kEarlier, kMaxSequence};
  EXPECT_EQ(position.to_string(), "018bcfe5-6800-7000-8000-000000000000-9007199254740991");
  EXPECT_EQ(Position::parse(position.to_string()), position);
}

TEST(Position, RefusesEverythingElse) {
  for (const auto* text :
       {"", "1", "018bcfe5-6800-7000-8000-000000000000", "018bcfe5-6800-7000-8000-000000000000-",
        "018bcfe5-6800-7000-8000-000000000000-x", "018bcfe5-6800-7000-8000-000000000000-1x",
        "018bcfe5-6800-7000-8000-000000000000--1", "018bcfe5-6800-7000-8000-000000000000-9007199254740992"}) {
    EXPECT_FALSE(Position::parse(text)) << text;
  }
}

}  // namespace
}  // namespace fanfare
