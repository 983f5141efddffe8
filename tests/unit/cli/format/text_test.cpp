#include "cli/format/text.hpp"

#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

TEST(Printable, KeepsTextOfAnyLanguageAndTabs) { EXPECT_EQ(printable("a\tß → 漢 🎺 \"\\"), "a\tß → 漢 🎺 \"\\"); }

TEST(Printable, WritesOutWhatMovesTheCursor) {
  EXPECT_EQ(printable("a\nb\r\x1b[2J\x7f"), "a\\nb\\r\\x1b[2J\\x7f");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
}

TEST(Printable, WritesOutControlCharactersBeyondAscii) {
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m\xc2\xa0"),
            "\\xc2\\x9b31m\xc2\xa0");
}

TEST(Printable, WritesOutBytesThatAreNoText) {
  EXPECT_EQ(printable("\xff"
                      "a\xe2\x82"),
            "\\xffa\\xe2\\x82");
}

TEST(Table, PadsAllColumnsButTheLast) {
  EXPECT_EQ(table({{"A", "BBB", "C"}, {"aa", "b", "c"}}), "A   BBB  C\naa  b    c\n");
}

TEST(Table, OfNothingIsNothing) { EXPECT_EQ(table({}), ""); }

TEST(RoughDuration, ShowsTheTwoGreatestUnits) {
  EXPECT_EQ(rough_duration(std::chrono::seconds(0)), "0s");
  EXPECT_EQ(rough_duration(std::chrono::seconds(59)), "59s");
  EXPECT_EQ(rough_duration(std::chrono::seconds(310)), "5m 10s");
  EXPECT_EQ(rough_duration(std::chrono::seconds(3600)), "1h");
  EXPECT_EQ(rough_duration(std::chrono::seconds(2 * 86400 + 3 * 3600 + 59)), "2d 3h");
}

TEST(SizeText, IsInTheGreatestUnit) {
  EXPECT_EQ(rough_size(0), "0 B");
  EXPECT_EQ(rough_size(1023), "1023 B");
  EXPECT_EQ(rough_size(1024), "1 KiB");
  EXPECT_EQ(rough_size(1536), "1.5 KiB");
  EXPECT_EQ(rough_size((64U << 20U) - 1), "63.9 MiB");
  EXPECT_EQ(rough_size(10ULL << 30U), "10 GiB");
  EXPECT_EQ(rough_size(UINT64_MAX), "15.9 EiB");
}

}  // namespace
}  // namespace fanfare::cli
