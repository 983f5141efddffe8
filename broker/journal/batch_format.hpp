#pragma once
// A batch on disk (docs/journal-format.md): encoding what is appended, and reading what a disk gives back. Pure
// functions and values; any thread. A batch that opens has a header, definitions and a table as they were written; each
// record is checked by itself.

#include <fanfare/uuid.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "broker/journal/segment_format.hpp"
#include "protocol/crc32c.hpp"

namespace fanfare::broker::journal {

inline constexpr std::size_t kBatchHeaderSize = 80;
inline constexpr std::size_t kTableEntrySize = 16;

struct BatchHeader {
  std::uint32_t size = 0;   ///< of header, definitions, table and records
  std::uint32_t count = 0;  ///< of records, at least 1
  std::uint64_t first = 0;  ///< sequence of the first record
  std::uint64_t synced = 0;
  std::int64_t timestamp = 0;  ///< of the first record
  std::uint32_t definitions = 0;
  std::uint32_t head_crc = 0;  ///< of definitions and table

  [[nodiscard]] std::uint64_t last() const { return first + count - 1; }
  /// Bytes before the records.
  [[nodiscard]] std::size_t head_size() const { return kBatchHeaderSize + definitions + kTableEntrySize * count; }
  bool operator==(const BatchHeader&) const = default;
};

/// The segment that a batch belongs to; part of its header and of its CRCs.
struct SegmentIdentity {
  std::uint64_t number = 0;
  Uuid epoch;
  std::uint32_t seed = 0;

  SegmentIdentity() = default;
  explicit SegmentIdentity(const SegmentHeader& header)
      : number(header.number), epoch(header.epoch), seed(seed_of(header)) {}
};

/// `bytes` begin with a header; all of its numbers fit each other.
[[nodiscard]] std::optional<BatchHeader> decode_batch_header(std::string_view bytes, const SegmentIdentity& segment);

/// The CRC of a record: all of its bytes but the sequence.
[[nodiscard]] std::uint32_t record_crc(std::string_view record, std::uint32_t seed);
/// The same in two steps, so that many records can go at once: when the lane is through, its CRC is the record's.
[[nodiscard]] protocol::Crc32cLane record_lane(std::string_view record, std::uint32_t seed);

struct Definition {
  std::uint32_t topic = 0;
  std::string_view name;
};

/// Cuts the first definition off `rest`; nullopt when the bytes are none (or `rest` is empty).
[[nodiscard]] std::optional<Definition> next_definition(std::string_view& rest);

/// A batch that was read: a view into the bytes.
class BatchView {
 public:
  /// `head`: at least header, definitions and table; nullopt unless they are as they were written.
  [[nodiscard]] static std::optional<BatchView> open(std::string_view head, const SegmentIdentity& segment);

  [[nodiscard]] const BatchHeader& header() const { return header_; }
  [[nodiscard]] std::string_view definitions() const { return definitions_; }
  /// Where the record with this index (below count) begins, from the beginning of the batch.
  [[nodiscard]] std::size_t offset(std::uint32_t index) const;
  [[nodiscard]] std::size_t size(std::uint32_t index) const;
  /// The sequence of the record before it on the same topic.
  [[nodiscard]] std::uint64_t previous(std::uint32_t index) const;
  /// Whether these bytes are the record with this index.
  [[nodiscard]] bool is_record(std::uint32_t index, std::string_view bytes) const;
  /// The record with this index out of all bytes of the batch; nullopt when it is not as it was written.
  [[nodiscard]] std::optional<std::string_view> record(std::uint32_t index, std::string_view batch) const;

 private:
  BatchHeader header_;
  std::string_view definitions_;
  std::string_view table_;
  std::uint32_t seed_ = 0;
};

/// Writes one batch: first definitions, then an entry a record, then the header.
class BatchWriter {
 public:
  explicit BatchWriter(const SegmentIdentity& segment) : segment_(segment) { head_.resize(kBatchHeaderSize); }

  void define(std::uint32_t topic, std::string_view name);
  /// `count` entries will follow; nothing is defined any more.
  void begin_table(std::uint32_t count);
  /// The next record: where it begins in the records, and its CRC.
  void add(std::uint32_t offset, std::uint32_t crc, std::uint64_t previous);
  /// Header, definitions and table; `synced` may still be changed by set_synced().
  [[nodiscard]] std::string finish(std::uint64_t first, std::int64_t timestamp, std::size_t records_size) &&;

 private:
  SegmentIdentity segment_;
  std::string head_;
  std::size_t table_at_ = kBatchHeaderSize;
  std::uint32_t count_ = 0;
};

/// Sets `synced` in the head that BatchWriter made, and the CRC of its header.
void set_synced(std::string& head, std::uint64_t synced, std::uint32_t seed);

}  // namespace fanfare::broker::journal
