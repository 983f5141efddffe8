#pragma once
// Opens one stream: finds what it holds, tells a torn tail from damage, and leaves it so that it can be written to
// (docs/journal-format.md, "Starting"). The opening thread, before any other.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "broker/core/journal.hpp"
#include "broker/journal/options.hpp"
#include "broker/journal/stream_log.hpp"
#include "broker/journal/stream_state.hpp"
#include "runtime/result.hpp"

namespace fanfare::broker::journal {

struct Recovered {
  core::Kept kept;
  StreamLog::Start start;
  std::unique_ptr<File> file;  ///< of start.active
  std::uint64_t checkpoint_segment = 0;
  std::uint64_t checkpoint_size = 0;
};

/// Fills the stream's segments and names. Adds to `notices` what a person should know.
[[nodiscard]] runtime::Result<Recovered> recover(StreamState& stream, const Options& options,
                                                 std::vector<std::string>& notices);

}  // namespace fanfare::broker::journal
