#include "broker/journal/chain.hpp"

#include <algorithm>

namespace fanfare::broker::journal {

void Chain::start(const ChainHeads& heads, std::uint64_t next, std::uint64_t until, std::uint64_t first) {
  walking_ = heads.sequences;
  std::ranges::sort(walking_);  // a topic that is named twice is followed once
  walking_.erase(std::unique(walking_.begin(), walking_.end()), walking_.end());
  positions_.clear();
  next_ = next;
  until_ = until;
  // Of a topic that is not known any more nobody can say what it had.
  removed_ = heads.has_unknown && next < first ? first - 1 : 0;
  state_ = State::walking;
}

void Chain::walk(const StreamState& stream, SegmentReader& reader, std::uint64_t most_bytes) {
  for (auto& at : walking_) {
    while (at >= next_ && at > 0) {
      if (reader.bytes_read() >= most_bytes) return;
      if (!step(stream, reader, at) || positions_.size() > most_positions_) {
        state_ = State::too_long;
        positions_.clear();
        return;
      }
    }
  }
  std::ranges::sort(positions_);
  state_ = State::found;
}

/// From the record `at` to the one before it on its topic; false when it can't be read.
bool Chain::step(const StreamState& stream, SegmentReader& reader, std::uint64_t& at) {
  const auto segment = stream.segments.at(at);
  if (!segment || segment->header->first > at) {
    removed_ = std::max(removed_, at);
    at = 0;
    return true;
  }
  const auto batch = reader.find(*segment, at);
  if (!batch) return false;
  if (at <= until_) positions_.push_back(at);
  const auto previous = batch->view.previous(static_cast<std::uint32_t>(at - batch->view.header().first));
  if (previous >= at) return false;
  const auto first = stream.segments.first();
  // The topic is younger than its number: what it had under an earlier one is not known any more.
  if (previous == 0 && next_ < first) removed_ = std::max(removed_, std::min(first, at) - 1);
  at = previous;
  return true;
}

}  // namespace fanfare::broker::journal
