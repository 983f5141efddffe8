#pragma once
// What the core is told that a stream holds: topics with their heads, ids of the deduplication window. Reads only as
// many segments as that needs, so that starting does not grow with the journal. The opening thread.

#include <string>
#include <vector>

#include "broker/core/journal.hpp"
#include "broker/journal/found_segments.hpp"
#include "broker/journal/options.hpp"
#include "broker/journal/stream_state.hpp"

namespace fanfare::broker::journal {

struct KeptState {
  core::Kept kept;  ///< without the epoch of its head
  std::uint64_t checkpoint_segment = 0;
  std::uint64_t checkpoint_size = 0;
};

/// Fills the stream's names too.
[[nodiscard]] runtime::Result<KeptState> read_kept(StreamState& stream, const Options& options,
                                                   const std::vector<FoundSegment>& segments,
                                                   std::vector<std::string>& notices);

}  // namespace fanfare::broker::journal
