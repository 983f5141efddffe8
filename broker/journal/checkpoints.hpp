#pragma once
// Writes the checkpoint of one stream, seldom enough that it costs little beside the data. Owned by maintenance; its
// thread only.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "broker/journal/stream_state.hpp"

namespace fanfare::broker::journal {

class Checkpoints {
 public:
  /// `segment` and `size` of the checkpoint that is there; 0: none.
  Checkpoints(StreamState& stream, std::uint64_t segment, std::uint64_t size)
      : stream_(stream), segment_(segment), size_(size) {}

  /// A segment was sealed: its list of topics, so that its footer need not be read for it.
  void sealed(std::uint64_t segment, std::string topics);
  /// Writes one if the sealed segments since the last are worth it. A failure costs nothing but a slower start.
  IoResult<void> write_if_due();

 private:
  IoResult<std::optional<std::string>> topics_of(const HeldSegment& segment) const;

  StreamState& stream_;
  std::uint64_t segment_;
  std::uint64_t size_;
  std::map<std::uint64_t, std::string> topics_;  ///< of segments sealed since, as far as the bound allows
  std::size_t topics_bytes_ = 0;
};

}  // namespace fanfare::broker::journal
