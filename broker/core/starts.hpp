#pragma once
// Where a SUBSCRIBE or FETCH begins in its stream, and what can be said of it without reading (PROTOCOL.md §5, Catching
// up). A pure function of the stream and the topics as they are; the core's thread.

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "broker/core/journal.hpp"
#include "broker/core/streams.hpp"
#include "broker/core/topic_table.hpp"

namespace fanfare::broker::core {

struct Start {
  Position after;                    ///< begins with the first record beyond it; nil: with the oldest, or at `time`
  std::optional<std::int64_t> time;  ///< begins with the first record of this timestamp or later
  bool recovered = true;             ///< as far as is known before reading
  bool at_head = false;              ///< nothing that is held beyond it can match
  std::optional<ReadDone::Missing> missing;  ///< with `at_head`: what may be missing

  [[nodiscard]] bool located() const { return !after.epoch.is_nil(); }
};

[[nodiscard]] Start find_start(const Stream& stream, const TopicTable& topics, protocol::From from,
                               const Position& position, std::int64_t time, std::string_view pattern);

}  // namespace fanfare::broker::core
