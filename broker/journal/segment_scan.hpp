#pragma once
// Reads a segment that nothing vouches for: batch after batch to the first that is not as it was written. Recovery,
// sealing and verifying share it. Pure but for the file; any thread.

#include <cstdint>
#include <limits>

#include "broker/journal/file_system.hpp"
#include "broker/journal/footer_format.hpp"
#include "broker/journal/segment_format.hpp"

namespace fanfare::broker::journal {

struct SegmentScan {
  SegmentContents contents;
  std::uint64_t last = 0;  ///< sequence of the last good record; the one before the segment's first when none is
  std::uint64_t data_end = kBatchesAt;  ///< where the good batches end: the first bad place
  std::int64_t first_timestamp = 0;
  std::int64_t last_timestamp = 0;
  std::uint64_t synced = 0;                ///< the greatest that a batch says
  std::uint64_t unsynced_at = kBatchesAt;  ///< where the batches begin that none says to be durable
  std::uint32_t last_topic = 0;
};

/// Reads the batches up to the first that is bad, does not go on from the one before it, or is beyond `last`.
[[nodiscard]] IoResult<SegmentScan> scan_segment(const File& file, const SegmentHeader& header,
                                                 std::uint64_t last = std::numeric_limits<std::uint64_t>::max());

/// What the batch headers at or behind a place say, wherever one can stand.
struct TailHeaders {
  std::uint64_t count = 0;
  std::uint64_t synced = 0;  ///< the greatest
};
[[nodiscard]] IoResult<TailHeaders> headers_behind(const File& file, const SegmentHeader& header, std::uint64_t offset);

/// The seal for these contents, whose footer stands at the first possible place.
[[nodiscard]] Seal seal_of(const SegmentScan& scan, std::string_view footer, std::uint32_t seed);

}  // namespace fanfare::broker::journal
