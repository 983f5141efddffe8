#include "workers/persistence/continuity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::workers::persistence {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Position at(std::uint8_t epoch, std::uint64_t sequence) {
  Position position{.sequence = sequence};
  position.epoch.bytes[0] = epoch;
  return position;
}

TEST(Continuity, AnEmptyDatabaseMissesNothing) {
  Continuity continuity(std::nullopt);
  EXPECT_THAT(continuity.note(at(1, 40)), IsEmpty());
}

TEST(Continuity, TheNextMessageAndARepeatedOneMissNothing) {
  EXPECT_THAT(Continuity(at(1, 7)).note(at(1, 8)), IsEmpty());
  EXPECT_THAT(Continuity(at(1, 7)).note(at(1, 5)), IsEmpty());
}

TEST(Continuity, AHoleAfterTheStoredPositionIsSaidOnce) {
  Continuity continuity(at(1, 7));
  EXPECT_THAT(continuity.note(at(1, 9)), HasSubstr("while no worker ran"));
  EXPECT_THAT(continuity.note(at(1, 20)), IsEmpty());
}

TEST(Continuity, ANewEpochIsSaidWheneverItComes) {
  Continuity continuity(at(1, 7));
  EXPECT_THAT(continuity.note(at(2, 1)), HasSubstr("begun anew"));
  EXPECT_THAT(continuity.note(at(2, 2)), IsEmpty());
  EXPECT_THAT(continuity.note(at(3, 1)), HasSubstr("begun anew"));
}

}  // namespace
}  // namespace fanfare::workers::persistence
