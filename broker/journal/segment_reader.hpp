#pragma once
// Finds single batches in the segments of a stream, wherever they lie: for following a topic, and for beginning at a
// time. Keeps the last segment open and what it read of it. Owned by whoever reads; one thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "broker/journal/batch_cursor.hpp"
#include "broker/journal/footer_cache.hpp"
#include "broker/journal/stream_state.hpp"

namespace fanfare::broker::journal {

class SegmentReader {
 public:
  SegmentReader(const StreamState& stream, FooterCache& footers) : stream_(stream), footers_(footers) {}

  /// The batch with this record of a held segment; nullopt when it can't be read. Valid until the next call.
  [[nodiscard]] std::optional<ReadBatch> find(const HeldSegment& segment, std::uint64_t sequence);

  /// The sequence of the first record with this timestamp or later; nullopt: there is none.
  [[nodiscard]] std::optional<std::uint64_t> first_at(std::int64_t timestamp);

  /// Lets go of the segment and all memory.
  void close();

  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_ + (cursor_ ? cursor_->bytes_read() : 0); }

 private:
  [[nodiscard]] bool open(const HeldSegment& segment);

  const StreamState& stream_;
  FooterCache& footers_;
  std::optional<HeldSegment> segment_;
  std::shared_ptr<const FooterCache::Footer> footer_;
  std::unique_ptr<File> file_;
  std::optional<BatchCursor> cursor_;
  std::optional<ReadBatch> batch_;  ///< the last that was found
  std::uint64_t bytes_read_ = 0;
};

/// The end of the batches of a held segment.
[[nodiscard]] inline std::uint64_t end_of_data(const HeldSegment& segment) {
  return segment.seal ? segment.seal->data_end : segment.data_end;
}

}  // namespace fanfare::broker::journal
