#pragma once
// Finds the records of a few topics by following their back-pointers, newest first. Owned by a reader; its thread. It
// holds a bounded number of positions and looks through a bounded number of bytes at a time.

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "broker/journal/segment_reader.hpp"
#include "broker/journal/stream_state.hpp"

namespace fanfare::broker::journal {

/// The last records of the topics that a reader is about.
struct ChainHeads {
  std::vector<std::uint64_t> sequences;
  bool has_unknown = false;  ///< one of the topics has no record: none was ever stored, or retention has removed all
};

class Chain {
 public:
  explicit Chain(std::uint32_t most_positions) : most_positions_(most_positions) {}

  enum class State : std::uint8_t {
    idle,      ///< start() it
    walking,   ///< walk() on
    found,     ///< all positions up to covers() are held
    too_long,  ///< more than may be held, or a batch that can't be read: to be looked through instead
  };

  [[nodiscard]] State state() const { return state_; }
  void start(const ChainHeads& heads, std::uint64_t next, std::uint64_t until, std::uint64_t first);
  /// Follows the pointers until everything is found or `reader` has read `most_bytes` in all.
  void walk(const StreamState& stream, SegmentReader& reader, std::uint64_t most_bytes);
  void stop() { state_ = State::idle; }

  /// Found, oldest first.
  std::deque<std::uint64_t>& positions() { return positions_; }
  [[nodiscard]] std::uint64_t covers() const { return until_; }
  /// The greatest sequence of a record that retention may have removed; 0: none is missing. Told once.
  std::uint64_t take_removed() { return std::exchange(removed_, 0); }

 private:
  bool step(const StreamState& stream, SegmentReader& reader, std::uint64_t& at);

  std::uint32_t most_positions_;
  State state_ = State::idle;
  std::vector<std::uint64_t> walking_;  ///< where each topic stands
  std::deque<std::uint64_t> positions_;
  std::uint64_t next_ = 0;
  std::uint64_t until_ = 0;
  std::uint64_t removed_ = 0;
};

}  // namespace fanfare::broker::journal
