#include "protocol/record.hpp"

#include <gtest/gtest.h>

#include <string>

#include "protocol/header_map.hpp"

namespace fanfare::protocol {
namespace {

const Uuid kId = *Uuid::parse("018bcfe5-6800-7000-8000-00000000000a");

std::string sample() {
  const auto headers = encode_headers({{"k", "v"}});
  std::string content;
  append_content(content, {.id = kId, .actor = "ann", .headers = headers, .payload = std::string_view("pay\0load", 8)});
  std::string record;
  append_record(record, {.topic = 7, .sequence = 42, .timestamp = 99, .flags = 0xFF, .publisher = "local"}, 3,
                static_cast<std::uint16_t>(headers.size()), content);
  return record;
}

TEST(Record, ReadsWhatItWrites) {
  const auto bytes = sample() + sample();
  std::string_view rest = bytes;
  for (int i = 0; i < 2; ++i) {
    const auto record = next_record(rest);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->topic, 7U);
    EXPECT_EQ(record->sequence, 42U);
    EXPECT_EQ(record->timestamp, 99);
    EXPECT_EQ(record->publisher, "local");
    EXPECT_EQ(record->content.id, kId);
    EXPECT_EQ(record->content.actor, "ann");
    EXPECT_EQ(decode_headers(record->content.headers), (Headers{{"k", "v"}}));
    EXPECT_EQ(record->content.payload, std::string_view("pay\0load", 8));
  }
  EXPECT_TRUE(rest.empty());
  EXPECT_FALSE(next_record(rest));
}

TEST(Record, KeepsOnlyTheFlagsThatConcernReaders) {
  const auto bytes = sample();
  std::string_view rest = bytes;
  EXPECT_EQ(next_record(rest)->flags, message_flags::kId | message_flags::kTraced);
}

TEST(Record, HasItsSequenceAtAFixedPlace) {
  auto bytes = sample();
  set_sequence(bytes.data(), kMaxSequence);
  std::string_view rest = bytes;
  EXPECT_EQ(next_record(rest)->sequence, kMaxSequence);
}

TEST(Record, IsRefusedWhenCutAtAnyByte) {
  const auto bytes = sample();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string_view rest = std::string_view(bytes).substr(0, size);
    EXPECT_FALSE(next_record(rest)) << size;
  }
}

TEST(Record, IsRefusedWhenItsSizesDoNotFitEachOther) {
  for (const std::size_t at : {25U, 26U, 28U, 29U}) {  // publisher, actor, headers: larger than the record
    auto bytes = sample();
    bytes[at] = '\xFF';
    std::string_view rest = bytes;
    EXPECT_FALSE(next_record(rest)) << at;
  }
}

}  // namespace
}  // namespace fanfare::protocol
