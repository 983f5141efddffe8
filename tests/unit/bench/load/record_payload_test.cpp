#include "tests/bench/load/record_payload.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fanfare::load {
namespace {

std::string record_of(std::uint8_t flags, std::size_t publisher, std::size_t actor, std::size_t headers) {
  std::string content = (flags & protocol::message_flags::kId) != 0 ? std::string(sizeof(Uuid), 'i') : "";
  content.append(actor, 'a').append(headers, 'h').append("payload");
  std::string record;
  protocol::append_record(record, {.flags = flags, .publisher = std::string(publisher, 'p')},
                          static_cast<std::uint8_t>(actor), static_cast<std::uint16_t>(headers), content);
  return record;
}

}  // namespace

TEST(RecordPayload, IsTheOneThatTheProtocolReads) {
  for (const std::uint8_t flags : {std::uint8_t{0}, protocol::message_flags::kId}) {
    for (const std::size_t size : {0U, 1U, 200U}) {
      const auto record = record_of(flags, size, size / 2, size * 3);
      std::string_view rest = record;
      const auto read = protocol::next_record(rest);
      ASSERT_TRUE(read.has_value());
      EXPECT_EQ(payload_of(record), read->content.payload);
    }
  }
}

TEST(RecordPayload, IsNoneWhereTheSizesDoNotFit) {
  const auto record = record_of(0, 10, 10, 10);
  EXPECT_FALSE(payload_of(std::string_view(record).substr(0, protocol::kRecordHeaderSize + 29)).has_value());
  EXPECT_FALSE(payload_of(std::string_view(record).substr(0, protocol::kRecordHeaderSize - 1)).has_value());
}

}  // namespace fanfare::load
