#pragma once
// Removes the oldest segments of one stream by age and size: whole sealed ones, never the last, nothing that is held.
// The file of a removed one becomes the spare where that is missing and nobody reads it. Owned by maintenance; its
// thread only.

#include <cstdint>
#include <string>

#include "broker/journal/stream_state.hpp"

namespace fanfare::broker::journal {

class Retention {
 public:
  explicit Retention(StreamState& stream) : stream_(stream) {}

  /// Removes what is due; whether it was anything.
  IoResult<bool> apply(std::int64_t now);

  /// Whether a segment will be due, by size, before the last one is full: its file is a better spare than a new one.
  [[nodiscard]] bool is_near() const;

 private:
  [[nodiscard]] bool is_due(std::int64_t now);
  [[nodiscard]] std::vector<std::uint32_t> topics_of(const HeldSegment& segment) const;
  IoResult<void> recycle(const HeldSegment& segment);

  StreamState& stream_;
};

}  // namespace fanfare::broker::journal
