#pragma once
// A message as it is delivered and stored: the same bytes for every session and, but for its framing, in the journal.
// PROTOCOL.md §4. The sequence stands at a fixed place, because it is final only when the record is committed.
// Pure functions and values; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/content.hpp"

namespace fanfare::protocol {

inline constexpr std::size_t kRecordHeaderSize = 32;
inline constexpr std::size_t kRecordSequenceAt = 8;

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

/// Appends a record whose content bytes are given as the publisher sent them. `publisher` is at most 255 bytes.
void append_record(std::string& out, const RecordHeader& header, std::uint8_t actor_size, std::uint16_t headers_size,
                   std::string_view content);

/// Sets the sequence of the record that begins at `record`.
inline void set_sequence(char* record, std::uint64_t sequence) { store(record + kRecordSequenceAt, sequence); }

/// What a publish with a known id has to equal (semantics §7): the topic in the upper half, the payload in the lower.
/// It is kept on disk, so it stays what it is.
[[nodiscard]] std::uint64_t fingerprint_of(std::string_view topic, std::string_view payload);

/// Cuts the first record off `rest`; nullopt when the bytes are none (or `rest` is empty).
[[nodiscard]] std::optional<Record> next_record(std::string_view& rest);

}  // namespace fanfare::protocol
