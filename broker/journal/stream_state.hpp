#pragma once
// What the journal's threads share of one stream. Owned by the journal, made before its threads and outliving them;
// each member says itself who may use it.

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/journal/hold.hpp"
#include "broker/journal/keeping.hpp"
#include "broker/journal/options.hpp"
#include "broker/journal/segment_notes.hpp"
#include "broker/journal/segment_table.hpp"
#include "broker/journal/spare.hpp"
#include "broker/journal/stream_files.hpp"
#include "broker/journal/topic_names.hpp"

namespace fanfare::broker::journal {

/// What retention has removed: the topics of the removed segments are forgotten if that was their last record.
struct Trim {
  std::uint64_t first = 0;  ///< the oldest record still held
  std::vector<std::uint32_t> topics;
};

/// From maintenance to the core's thread; bounded by the number of segments.
class Trims {
 public:
  void push(Trim trim) {
    const std::lock_guard lock(mutex_);
    trims_.push_back(std::move(trim));
  }
  std::optional<Trim> pop() {
    const std::lock_guard lock(mutex_);
    if (trims_.empty()) return std::nullopt;
    auto trim = std::move(trims_.front());
    trims_.pop_front();
    return trim;
  }

 private:
  std::mutex mutex_;
  std::deque<Trim> trims_;
};

struct StreamState {
  StreamState(StreamOptions stream, FileSystem& file_system, const std::string& folder)
      : options(std::move(stream)), keeping(keep_rules(options)), files(file_system, folder + "/" + options.name) {}

  const StreamOptions options;  ///< its segment_bytes are given
  Keeping keeping;              ///< what counts instead of what options says of it
  const StreamFiles files;
  SegmentTable segments;
  Spare spare;
  Hold hold;
  UsedNotes used_notes;
  TopicNames names;
  Trims trims;
  std::atomic<bool> failed{false};  ///< set once by the commit thread: nothing is written any more
};

}  // namespace fanfare::broker::journal
