#pragma once
// Writes the checkpoint of one stream, seldom enough that it costs little beside the data. Owned by maintenance; its
// thread only.

#include <cstdint>
#include <string>

#include "broker/journal/stream_state.hpp"

namespace fanfare::broker::journal {

class Checkpoints {
 public:
  /// `segment` and `size` of the checkpoint that is there; 0: none.
  Checkpoints(StreamState& stream, std::uint64_t segment, std::uint64_t size)
      : stream_(stream), segment_(segment), size_(size) {}

  /// Writes one if the sealed segments since the last are worth it. A failure costs nothing but a slower start.
  IoResult<void> write_if_due();

 private:
  StreamState& stream_;
  std::uint64_t segment_;
  std::uint64_t size_;
};

}  // namespace fanfare::broker::journal
