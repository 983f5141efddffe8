#include "tests/bench/load/zmtp.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace fanfare::load {

TEST(Zmtp, AHeadThatWasWrittenIsRead) {
  for (const std::size_t size : {0U, 1U, 255U, 256U, 65'536U, 3'000'000U}) {
    const auto input = zmtp_head(size) + "rest";
    std::string_view rest = input;
    EXPECT_EQ(take_zmtp_head(rest), size);
    EXPECT_EQ(rest, "rest");
  }
}

TEST(Zmtp, AHeadThatHasNotComeWholeIsLeft) {
  for (const std::size_t size : {1U, 300U}) {
    const auto head = zmtp_head(size);
    std::string_view rest = std::string_view(head).substr(0, head.size() - 1);
    EXPECT_FALSE(take_zmtp_head(rest).has_value());
    EXPECT_EQ(rest.size(), head.size() - 1);
  }
}

TEST(Zmtp, RefusesCommandsAndMessagesOfSeveralParts) {
  for (const char flags : {'\x01', '\x04'}) {
    const std::string input{flags, '\x00'};
    std::string_view rest = input;
    EXPECT_THROW((void)take_zmtp_head(rest), std::runtime_error);
  }
}

TEST(ZmtpBlock, IsOneMessageOfAsManyAsAreStamped) {
  ZmtpBlock block({.prefix = "P", .head = "H", .tail = "T"}, kStampSize, 3);
  std::string_view bytes = block.stamp(5, 2);
  const auto size = take_zmtp_head(bytes);
  EXPECT_EQ(size, bytes.size());
  ASSERT_EQ(bytes.size(), 1 + 2 * (1 + kStampSize + 1));
  EXPECT_EQ(bytes[0], 'P');
  EXPECT_EQ(read_stamp(bytes.data() + 2).number, 5U);
  EXPECT_EQ(read_stamp(bytes.data() + 2 + kStampSize + 2).number, 6U);
}

TEST(ZmtpBlock, ProbesAreAllOfNumberZero) {
  ZmtpBlock block({}, kStampSize, 2);
  std::string_view bytes = block.stamp(0, 2);
  ASSERT_TRUE(take_zmtp_head(bytes).has_value());
  EXPECT_EQ(read_stamp(bytes.data()).number, 0U);
  EXPECT_EQ(read_stamp(bytes.data() + kStampSize).number, 0U);
}

}  // namespace fanfare::load
