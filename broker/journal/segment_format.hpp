#pragma once
// The first page of a segment (docs/journal-format.md): header and seal, and how segments are named. Pure functions and
// values; any thread. What is read comes from a disk: nullopt unless every byte of it is as it was written.

#include <fanfare/uuid.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fanfare::broker::journal {

inline constexpr std::size_t kSealAt = 2'048;
inline constexpr std::size_t kBatchesAt = 4'096;
inline constexpr std::size_t kBatchAlignment = 64;
inline constexpr std::size_t kFooterAlignment = 4'096;
inline constexpr std::size_t kSegmentHeaderSize = 64;
inline constexpr std::size_t kSealSize = 64;

[[nodiscard]] constexpr std::uint64_t aligned(std::uint64_t offset, std::uint64_t alignment) {
  return (offset + alignment - 1) / alignment * alignment;
}

struct SegmentHeader {
  std::uint32_t last_topic = 0;  ///< the greatest number given to a topic before this segment
  std::uint64_t number = 0;
  Uuid epoch;
  std::uint64_t first = 1;  ///< sequence of its first record
  std::int64_t created = 0;
  std::uint64_t salt = 0;  ///< random, and a secret of the disk: never shown or logged

  bool operator==(const SegmentHeader&) const = default;
};

/// What all CRCs of a segment but its header's go on from. Number and epoch can be known to anybody; without the salt a
/// publisher can only guess which bytes would be taken for a batch.
[[nodiscard]] std::uint32_t seed_of(const SegmentHeader& header);
/// The salt of a new segment, from random bytes.
[[nodiscard]] std::uint64_t salt_from(const Uuid& random);

struct Seal {
  std::uint32_t footer_crc = 0;
  std::uint64_t data_end = kBatchesAt;
  std::uint64_t last = 0;  ///< sequence of the last record; the one before `first` of the header when there is none
  std::int64_t first_timestamp = 0;
  std::int64_t last_timestamp = 0;
  std::uint64_t footer_offset = 0;
  std::uint64_t footer_size = 0;

  bool operator==(const Seal&) const = default;
};

[[nodiscard]] std::string encode(const SegmentHeader& header);
[[nodiscard]] std::optional<SegmentHeader> decode_segment_header(std::string_view page);
/// Whether the page begins a segment of a later version of the format than this one.
[[nodiscard]] bool is_of_later_version(std::string_view page);

[[nodiscard]] std::string encode(const Seal& seal, std::uint32_t seed);
/// `bytes` begin with the seal.
[[nodiscard]] std::optional<Seal> decode_seal(std::string_view bytes, std::uint32_t seed);

/// `00000000000000000007.segment`
[[nodiscard]] std::string segment_name(std::uint64_t number);
[[nodiscard]] std::optional<std::uint64_t> segment_number(std::string_view name);

}  // namespace fanfare::broker::journal
