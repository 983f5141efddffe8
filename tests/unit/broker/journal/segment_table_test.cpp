#include "broker/journal/segment_table.hpp"

#include <gmock/gmock.h>

namespace fanfare::broker::journal {
namespace {

class Segments : public testing::Test {
 protected:
  /// Segments 1 to `count`, of ten records each; all but the last are sealed.
  void add(std::uint64_t count) {
    for (std::uint64_t number = 1; number <= count; ++number) {
      const auto first = 10 * number - 9;
      auto epoch = Uuid{};
      epoch.bytes[0] = number <= 2 ? 1 : 3;
      const auto header =
          std::make_shared<const SegmentHeader>(SegmentHeader{.number = number, .epoch = epoch, .first = first});
      table.add({.header = header, .last = first - 1});
      table.grow({.last = first + 9,
                  .data_end = 8'192,
                  .first_timestamp = static_cast<std::int64_t>(first),
                  .last_timestamp = static_cast<std::int64_t>(first + 9)},
                 {.first = first, .offset = kBatchesAt, .timestamp = static_cast<std::int64_t>(first)});
      if (number < count) table.seal(number, {.data_end = 8'192, .last = first + 9});
    }
  }

  SegmentTable table;
};

TEST_F(Segments, AreFoundBySequenceAndTime) {
  add(4);
  EXPECT_EQ(table.at(1)->header->number, 1U);
  EXPECT_EQ(table.at(10)->header->number, 1U);
  EXPECT_EQ(table.at(11)->header->number, 2U);
  EXPECT_FALSE(table.at(41));
  EXPECT_EQ(table.at_time(15)->header->number, 2U);
  EXPECT_FALSE(table.at_time(41));
}

TEST_F(Segments, AnEpochEndsWhereTheNextBegins) {
  add(4);
  auto epoch = Uuid{};
  EXPECT_FALSE(table.end_of(epoch));
  epoch.bytes[0] = 1;
  EXPECT_EQ(table.end_of(epoch)->last, 20U);
  EXPECT_TRUE(table.end_of(epoch)->is_held);
  epoch.bytes[0] = 2;
  EXPECT_EQ(table.end_of(epoch)->last, 20U);
  EXPECT_FALSE(table.end_of(epoch)->is_held);
}

TEST_F(Segments, OneThatIsReadIsNotForUseAgain) {
  add(4);
  {
    const auto read = table.at(5);
    EXPECT_FALSE(table.remove_oldest()->unused);
  }
  EXPECT_TRUE(table.remove_oldest()->unused);
  EXPECT_EQ(table.first(), 21U);
}

TEST_F(Segments, TheLastOneIsNeverRemoved) {
  add(2);
  EXPECT_TRUE(table.remove_oldest());
  EXPECT_FALSE(table.remove_oldest());
  table.seal(2, {.data_end = 8'192, .last = 20});
  EXPECT_FALSE(table.remove_oldest());
}

}  // namespace
}  // namespace fanfare::broker::journal
