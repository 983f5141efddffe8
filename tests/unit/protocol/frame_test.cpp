#include "protocol/frame.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fanfare::protocol {
namespace {

TEST(FrameReader, GivesTheCommandsInOrder) {
  auto frame = make_frame(Ping{.token = 1});
  append_command(frame, Pong{.token = 2});
  FrameReader reader(frame);
  EXPECT_EQ(decode<Ping>(reader.next()->body)->token, 1U);
  EXPECT_EQ(decode<Pong>(reader.next()->body)->token, 2U);
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.error());
}

TEST(FrameReader, TakesAFrameWithoutCommands) {
  FrameReader reader(kFrameHeader);
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.error());
}

TEST(FrameReader, RefusesAnotherMagicOrFlagAndNamesAnotherVersion) {
  EXPECT_EQ(FrameReader("").error(), ErrorCode::malformed_frame);
  EXPECT_EQ(FrameReader("Ff\x01").error(), ErrorCode::malformed_frame);
  EXPECT_EQ(FrameReader("GET ").error(), ErrorCode::malformed_frame);
  EXPECT_EQ(FrameReader(std::string_view("Ff\x01\x01", 4)).error(), ErrorCode::malformed_frame);
  EXPECT_EQ(FrameReader(std::string_view("Ff\x02\x00", 4)).error(), ErrorCode::unsupported_version);
}

TEST(FrameReader, RefusesASizeThatDoesNotFitAfterTheCommandsBefore) {
  for (const auto& tail : {std::string("\x00\x00\x00\x00\x05", 5), std::string("\xFF\xFF\xFF\xFF\x05", 5),
                           std::string("\x02\x00\x00\x00\x05", 5), std::string("\x01", 1)}) {
    const auto frame = make_frame(Ping{.token = 1}) + tail;
    FrameReader reader(frame);
    EXPECT_TRUE(reader.next());
    EXPECT_FALSE(reader.next());
    EXPECT_EQ(reader.error(), ErrorCode::malformed_frame);
    EXPECT_FALSE(reader.next());
  }
}

TEST(Decode, RefusesBytesTooManyAndEnumsTooLarge) {
  const auto frame = make_frame(Subscribe{.request = 1, .handle = 1, .pattern = "a"});
  std::string body = frame.substr(kFrameHeader.size() + kCommandHeaderSize);
  EXPECT_TRUE(decode<Subscribe>(body));
  EXPECT_FALSE(decode<Subscribe>(body + "x"));
  body[12] = '\x05';  // from
  EXPECT_FALSE(decode<Subscribe>(body));
}

TEST(Decode, NeverReservesByACountFromOutside) {
  const std::string body("\x00\x00\xFF\xFF", 4);  // FORGET of 65,535 numbers, and none of them
  EXPECT_FALSE(decode<Forget>(body));
}

}  // namespace
}  // namespace fanfare::protocol
