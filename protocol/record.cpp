#include "protocol/record.hpp"

#include <array>
#include <cassert>
#include <cstring>

#include "protocol/crc32c.hpp"

namespace fanfare::protocol {
namespace {

constexpr std::size_t kMaxPublisher = 255;

}  // namespace

// u32 size · u32 topic · u64 sequence · i64 timestamp · u8 flags · u8 publisher size · u8 actor size · u8 0 ·
// u16 headers size · u16 0 · publisher · content

void append_record(std::string& out, const RecordHeader& header, std::uint8_t actor_size, std::uint16_t headers_size,
                   std::string_view content) {
  const auto size = kRecordHeaderSize + header.publisher.size() + content.size();
  constexpr auto kKept = static_cast<std::uint8_t>(message_flags::kId | message_flags::kTraced);
  assert(header.publisher.size() <= kMaxPublisher);
  // What stands before the content goes in as one.
  std::array<char, kRecordHeaderSize + kMaxPublisher> head;
  auto* to = head.data();
  const auto put = [&to](const auto&... fields) {
    ((std::memcpy(to, &fields, sizeof fields), to += sizeof fields), ...);
  };
  put(static_cast<std::uint32_t>(size), header.topic, header.sequence, header.timestamp,
      static_cast<std::uint8_t>(header.flags & kKept), static_cast<std::uint8_t>(header.publisher.size()), actor_size,
      std::uint8_t{0}, headers_size, std::uint16_t{0});
  std::memcpy(to, header.publisher.data(), header.publisher.size());
  out.append(head.data(), kRecordHeaderSize + header.publisher.size()).append(content);
}

std::uint64_t fingerprint_of(std::string_view topic, std::string_view payload) {
  return (std::uint64_t{crc32c(topic)} << 32U) | crc32c(payload);
}

std::optional<Record> next_record(std::string_view& rest) {
  if (rest.size() < kRecordHeaderSize) return std::nullopt;
  const auto size = load<std::uint32_t>(rest.data());
  if (size < kRecordHeaderSize || size > rest.size()) return std::nullopt;

  Record record;
  Reader reader(rest.substr(sizeof size, kRecordHeaderSize - sizeof size));
  std::uint8_t publisher_size = 0;
  std::uint8_t actor_size = 0;
  std::uint8_t spare = 0;
  std::uint16_t headers_size = 0;
  reader(record.topic, record.sequence, record.timestamp, record.flags, publisher_size, actor_size, spare,
         headers_size);
  if (size < kRecordHeaderSize + publisher_size) return std::nullopt;

  record.publisher = rest.substr(kRecordHeaderSize, publisher_size);
  const auto content = rest.substr(kRecordHeaderSize + publisher_size, size - kRecordHeaderSize - publisher_size);
  const auto parts = split_content(content, record.flags, actor_size, headers_size);
  if (!parts) return std::nullopt;
  record.content = *parts;
  rest.remove_prefix(size);
  return record;
}

}  // namespace fanfare::protocol
