#pragma once
// Removes the oldest segments of one stream by age and size: whole sealed ones, never the last. The file of a removed
// one becomes the spare where that is missing and nobody reads it. Owned by maintenance; its thread only.

#include <cstdint>
#include <string>

#include "broker/journal/stream_state.hpp"

namespace fanfare::broker::journal {

class Retention {
 public:
  Retention(StreamState& stream, std::uint64_t segment_bytes) : stream_(stream), segment_bytes_(segment_bytes) {}

  /// Removes what is due; whether it was anything.
  IoResult<bool> apply(std::int64_t now);

 private:
  [[nodiscard]] bool is_due(std::int64_t now) const;
  [[nodiscard]] std::vector<std::uint32_t> topics_of(const HeldSegment& segment) const;
  IoResult<void> recycle(const HeldSegment& segment);

  StreamState& stream_;
  std::uint64_t segment_bytes_;
};

}  // namespace fanfare::broker::journal
