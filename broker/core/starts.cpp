#include "broker/core/starts.hpp"

#include <algorithm>

#include "protocol/topic.hpp"

namespace fanfare::broker::core {
namespace {

/// The last record that can match, by its sequence; 0: none is held.
std::uint64_t last_match(const Stream& stream, const TopicTable& topics, std::string_view pattern) {
  if (protocol::has_wildcard(pattern)) return stream.head.sequence;
  const auto* topic = topics.find(pattern);
  return topic != nullptr && topic->stream == stream.number ? topic->head : 0;
}

/// A start at a position of the current epoch that the stream has reached.
Start after_position(const Stream& stream, const Position& position, std::uint64_t last) {
  Start start{.after = position, .at_head = last <= position.sequence};
  if (last == 0 && position.sequence + 1 < stream.first) {
    // The topic is not known any more: what it may have had beyond the position was removed.
    start.recovered = false;
    start.missing = {.from = position.sequence + 1, .to = stream.first - 1};
  }
  return start;
}

}  // namespace

Start find_start(const Stream& stream, const TopicTable& topics, protocol::From from, const Position& position,
                 std::int64_t time, std::string_view pattern) {
  const auto last = last_match(stream, topics, pattern);
  switch (from) {
    case protocol::From::now:
      return {.after = stream.head, .at_head = true};
    case protocol::From::all:
      break;
    case protocol::From::time:
      return {.time = time, .at_head = last < stream.first || time > stream.last_timestamp};
    case protocol::From::at: {
      const auto before = std::clamp<std::uint64_t>(position.sequence, 1, kMaxSequence) - 1;
      if (before >= stream.head.sequence) return {.after = {stream.head.epoch, before}, .at_head = true};
      return after_position(stream, {stream.head.epoch, before}, last);
    }
    case protocol::From::after:
      if (position.epoch.is_nil()) break;  // what a start at the oldest was answered with
      if (position.epoch < stream.head.epoch) return {.after = position, .recovered = false};
      if (position.epoch > stream.head.epoch) {
        return {.after = stream.head,
                .recovered = false,
                .at_head = true,
                .missing = ReadDone::Missing{.reason = protocol::GapReason::epoch_changed}};
      }
      if (position.sequence > stream.head.sequence) return {.after = stream.head, .recovered = false, .at_head = true};
      return after_position(stream, position, last);
  }
  return {.at_head = last < stream.first};
}

}  // namespace fanfare::broker::core
