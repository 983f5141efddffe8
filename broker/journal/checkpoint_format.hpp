#pragma once
// The file `checkpoint` of a stream (docs/journal-format.md): its topics as they were after one of its segments. Pure
// functions and values; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "broker/journal/topic_list.hpp"

namespace fanfare::broker::journal {

/// A checked checkpoint: a view into the bytes.
struct CheckpointView {
  std::uint32_t last_topic = 0;  ///< the greatest number given to a topic until then
  std::uint64_t segment = 0;     ///< the one after which it was taken
  TopicList topics;

  [[nodiscard]] static std::optional<CheckpointView> open(std::string_view bytes);
};

/// The checkpoint after `segment`: what an earlier one listed, the topics of the segments since, `later` by rising
/// number of segment, without those that have no record from sequence `first` on.
[[nodiscard]] std::string encode_checkpoint(const TopicList& earlier, const TopicList& later, std::uint32_t last_topic,
                                            std::uint64_t segment, std::uint64_t first);

}  // namespace fanfare::broker::journal
