#pragma once
// What the footer of the present segment will say, noted while its batches are encoded, so that sealing does not read
// the segment back. Owned by the stream's log; the core's thread only, until the segment is full and the notes go to
// maintenance by way of the commit thread. Of each record with an id it holds 32 bytes, for two segments a stream.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/core/journal.hpp"
#include "broker/journal/footer_format.hpp"

namespace fanfare::broker::journal {

/// The memory of notes that were used up, for the next segment: fresh pages would cost more than what is written to
/// them. Any thread.
class UsedNotes {
 public:
  void give(SegmentContents contents) {
    contents.topics.clear();
    contents.index.clear();
    contents.ids.clear();
    const std::lock_guard lock(mutex_);
    contents_ = std::make_unique<SegmentContents>(std::move(contents));
  }
  /// Empty, with room or without.
  std::unique_ptr<SegmentContents> take() {
    const std::lock_guard lock(mutex_);
    return contents_ ? std::move(contents_) : std::make_unique<SegmentContents>();
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<SegmentContents> contents_;
};

class SegmentNotes {
 public:
  SegmentNotes() = default;
  /// Goes on in a segment that holds this already.
  SegmentNotes(std::uint64_t first, SegmentContents contents)
      : first_(first), contents_(std::make_unique<SegmentContents>(std::move(contents))) {}

  /// A segment begins; what was noted of the one before, null if nothing was. Its topics are in no order.
  std::unique_ptr<SegmentContents> begin(std::uint64_t first, UsedNotes& used) {
    first_ = first;
    return std::exchange(contents_, used.take());
  }

  void add_batch(const IndexEntry& batch) {
    auto& index = contents_->index;
    if (index.empty() || batch.offset >= index.back().offset + kIndexStep) index.push_back(batch);
  }
  /// The place of a topic that the segment uses for the first time.
  std::uint32_t add_topic(std::uint32_t number, std::string_view name) {
    contents_->topics.push_back({.number = number, .name = std::string(name)});
    return static_cast<std::uint32_t>(contents_->topics.size() - 1);
  }
  void set_head(std::uint32_t place, std::uint64_t sequence) { contents_->topics[place].head = sequence; }
  /// `sequence` is that of the batch's first record.
  void add_ids(std::uint64_t sequence, const std::vector<core::Batch::Id>& ids) {
    const auto before = static_cast<std::uint32_t>(sequence - first_);
    for (const auto& one : ids) {
      contents_->ids.push_back({.id = one.id, .sequence = before + one.index, .fingerprint = one.fingerprint});
    }
  }

 private:
  std::uint64_t first_ = 0;
  std::unique_ptr<SegmentContents> contents_;
};

}  // namespace fanfare::broker::journal
