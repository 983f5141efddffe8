#pragma once
// The segments of one stream, oldest first, as all threads see them: the commit thread adds to the last one,
// maintenance seals and removes, readers hold what they read. Any thread; every call is short and none touches the
// disk.

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "broker/core/journal.hpp"
#include "broker/journal/footer_format.hpp"
#include "broker/journal/segment_format.hpp"

namespace fanfare::broker::journal {

/// A segment at one moment. As long as a copy lives, the file is not made into another segment.
struct HeldSegment {
  std::shared_ptr<const SegmentHeader> header;
  std::uint64_t last = 0;  ///< sequence of its last committed record; the one before the first: none
  std::uint64_t data_end = kBatchesAt;
  std::int64_t first_timestamp = 0;  ///< 0: without a record
  std::int64_t last_timestamp = 0;
  std::optional<Seal> seal;
  std::uint64_t begin = kBatchesAt;  ///< a batch at or before what was asked for; only without a seal

  [[nodiscard]] bool is_empty() const { return last < header->first; }
};

/// What was written to the last segment.
struct Growth {
  std::uint64_t last = 0;
  std::uint64_t data_end = 0;
  std::int64_t first_timestamp = 0;
  std::int64_t last_timestamp = 0;
};

class SegmentTable {
 public:
  /// A further segment behind all others; `index` of its batches if it has no seal.
  void add(const HeldSegment& segment, std::vector<IndexEntry> index = {});
  /// A batch was written to the last segment; `entry` is where it begins.
  void grow(const Growth& growth, const IndexEntry& entry);
  /// The last segment is full, and this is what it holds, but for the order of its topics; null: not known.
  void finish(std::unique_ptr<SegmentContents> contents);
  void seal(std::uint64_t number, const Seal& seal);

  /// The segment with this sequence, or the first behind it; nullopt: none has a record at or behind it.
  [[nodiscard]] std::optional<HeldSegment> at(std::uint64_t sequence) const;
  /// The first segment with a record of this timestamp or later; nullopt: there is none.
  [[nodiscard]] std::optional<HeldSegment> at_time(std::int64_t timestamp) const;
  /// Where an epoch ends, or where it would if it is not held; nullopt when all that is held is later.
  struct EpochEnd {
    std::uint64_t last = 0;  ///< sequence of the last record of the epoch, or of those before it
    bool is_held = false;
  };
  [[nodiscard]] std::optional<EpochEnd> end_of(const Uuid& epoch) const;
  /// The oldest segment without a seal, unless it is the last one.
  [[nodiscard]] std::optional<HeldSegment> next_to_seal() const;
  /// What finish() said of a segment; null from the second time on.
  [[nodiscard]] std::unique_ptr<SegmentContents> take_contents(std::uint64_t number);
  /// The segments that follow the one with this number, and have a seal.
  [[nodiscard]] std::vector<HeldSegment> sealed_after(std::uint64_t number) const;
  [[nodiscard]] std::optional<HeldSegment> oldest() const;
  [[nodiscard]] std::optional<HeldSegment> newest() const;

  /// Takes the oldest segment out if it has a seal and another one follows; `unused`: nobody reads it.
  struct Removed {
    HeldSegment segment;
    bool unused = false;
  };
  [[nodiscard]] std::optional<Removed> remove_oldest();
  void put_back(const HeldSegment& segment);

  /// Sequence of the oldest record; the one behind the last when none is held.
  [[nodiscard]] std::uint64_t first() const;
  [[nodiscard]] std::uint64_t last() const;
  [[nodiscard]] core::StreamFigures figures() const;
  /// Bytes of all segments if the oldest one has a record at or behind this sequence and is not the last; else 0.
  [[nodiscard]] std::uint64_t bytes_held_from(std::uint64_t sequence) const;

 private:
  struct Entry {
    HeldSegment segment;
    std::vector<IndexEntry> index;
    std::unique_ptr<SegmentContents> contents;  ///< between finish() and take_contents()
  };

  [[nodiscard]] static HeldSegment copy(const Entry& entry, std::size_t begin);

  mutable std::mutex mutex_;
  std::deque<Entry> entries_;
  std::uint64_t bytes_ = 0;  ///< of all of them
};

}  // namespace fanfare::broker::journal
