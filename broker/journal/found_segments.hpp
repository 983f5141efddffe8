#pragma once
// The segments that a stream's folder holds when it is opened: each with a header that fits its neighbours, and read
// whole if nothing vouches for it. Says what is damaged, changes nothing. The opening thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker/journal/segment_scan.hpp"
#include "broker/journal/segment_table.hpp"
#include "broker/journal/stream_files.hpp"
#include "broker/journal/stream_word.hpp"
#include "runtime/result.hpp"

namespace fanfare::broker::journal {

struct FoundSegment {
  SegmentHeader header;
  std::optional<Seal> seal;
  std::optional<SegmentScan> scan;  ///< of one without a seal

  [[nodiscard]] std::uint64_t last() const { return seal ? seal->last : scan->last; }
  [[nodiscard]] std::uint64_t data_end() const { return seal ? seal->data_end : scan->data_end; }
  [[nodiscard]] std::int64_t last_timestamp() const { return seal ? seal->last_timestamp : scan->last_timestamp; }
  [[nodiscard]] HeldSegment held() const;
};

struct FoundSegments {
  std::vector<FoundSegment> segments;  ///< by rising number
  std::uint64_t torn_batches = 0;      ///< headers behind the last good batch
};

/// `word`: what the last life of the stream left, if it was closed.
[[nodiscard]] runtime::Result<FoundSegments> find_segments(const StreamFiles& files,
                                                           const std::optional<StreamWord>& word);

/// What a segment holds: its scan, its footer, or, if that is damaged, all of it read again.
[[nodiscard]] runtime::Result<SegmentContents> contents_of(const StreamFiles& files, const FoundSegment& segment,
                                                           std::vector<std::string>& notices);

/// What refuses to start.
[[nodiscard]] runtime::Error damage(const StreamFiles& files, std::uint64_t segment, std::uint64_t offset,
                                    std::string_view what);

}  // namespace fanfare::broker::journal
