#pragma once
// Looks for the record with an id beyond what the core remembers: in the footers of sealed segments, and in the batches
// of the last one. A reader thread.

#include <cstdint>

#include "broker/core/journal.hpp"
#include "broker/journal/stream_state.hpp"

namespace fanfare::broker::journal {

/// `epoch`: the stream's present one. After `most` ids the answer is `unknown`.
[[nodiscard]] core::IdLookedUp search_id(const StreamState& stream, const core::IdLookup& lookup, const Uuid& epoch,
                                         std::uint64_t most);

}  // namespace fanfare::broker::journal
