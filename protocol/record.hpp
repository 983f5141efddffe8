#pragma once
// A message as it is delivered and stored: the same bytes for every session and, but for its framing, in the journal.
// PROTOCOL.md §4. The sequence stands at a fixed place, because it is final only when the record is committed.
// Pure functions and values; any thread.

#include <array>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/content.hpp"

namespace fanfare::protocol {

inline constexpr std::size_t kRecordHeaderSize = 32;
inline constexpr std::size_t kRecordSequenceAt = 8;
inline constexpr std::size_t kMaxPublisher = 255;

/// What stands before the content, but for its sizes.
struct RecordHeader {
  std::uint32_t topic = 0;     ///< the broker's number, within the stream of the batch
  std::uint64_t sequence = 0;  ///< 0 without a stream
  std::int64_t timestamp = 0;  ///< the broker's clock, microseconds since 1970
  std::uint8_t flags = 0;      ///< message_flags: kId, kTraced
  std::string_view publisher;
};

struct Record : RecordHeader {
  Content content;
};

/// Appends a record whose content bytes are given as the publisher sent them. `publisher` has at most kMaxPublisher
/// bytes.
inline void append_record(std::string& out, const RecordHeader& header, std::uint8_t actor_size,
                          std::uint16_t headers_size, std::string_view content) {
  const auto size = kRecordHeaderSize + header.publisher.size() + content.size();
  constexpr auto kKept = static_cast<std::uint8_t>(message_flags::kId | message_flags::kTraced);
  assert(header.publisher.size() <= kMaxPublisher);
  // What stands before the content goes in as one: u32 size · u32 topic · u64 sequence · i64 timestamp · u8 flags ·
  // u8 publisher size · u8 actor size · u8 0 · u16 headers size · u16 0 · publisher.
  std::array<char, kRecordHeaderSize + kMaxPublisher> head;
  auto* to = head.data();
  const auto put = [&to](const auto&... fields) {
    ((std::memcpy(to, &fields, sizeof fields), to += sizeof fields), ...);
  };
  put(static_cast<std::uint32_t>(size), header.topic, header.sequence, header.timestamp,
      static_cast<std::uint8_t>(header.flags & kKept), static_cast<std::uint8_t>(header.publisher.size()), actor_size,
      std::uint8_t{0}, headers_size, std::uint16_t{0});
  const auto publisher_size = header.publisher.copy(to, kMaxPublisher);  // not memcpy: it may be a null view
  out.append(head.data(), kRecordHeaderSize + publisher_size).append(content);
}

/// Sets the sequence of the record that begins at `record`.
inline void set_sequence(char* record, std::uint64_t sequence) { store(record + kRecordSequenceAt, sequence); }

/// What a publish with a known id has to equal (semantics §7): the topic in the upper half, the payload in the lower.
/// It is kept on disk, so it stays what it is.
[[nodiscard]] std::uint64_t fingerprint_of(std::string_view topic, std::string_view payload);

/// Cuts the first record off `rest`; nullopt when the bytes are none (or `rest` is empty).
[[nodiscard]] std::optional<Record> next_record(std::string_view& rest);

}  // namespace fanfare::protocol
