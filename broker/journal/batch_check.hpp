#pragma once
// What the batches of a stream must say, one after the other, over all of its segments: sequences without a hole, times
// that never fall, topics defined where a segment first uses them, chains that lead to the record before. Gathers what
// the footer of each segment has to hold. Owned by a verification; one thread.

#include <fanfare/uuid.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "broker/journal/batch_cursor.hpp"
#include "broker/journal/footer_format.hpp"

namespace fanfare::broker::journal {

/// What is wrong at an offset of the segment.
struct BadPlace {
  std::uint64_t offset = 0;
  std::string what;
};

class BatchCheck {
 public:
  struct Topic {
    std::string name;
    std::uint64_t head = 0;
  };

  void begin_segment(const SegmentHeader& header);
  /// Nullopt and the batch counts, or the first place in it that is wrong and nothing of it counts.
  [[nodiscard]] std::optional<BadPlace> take(const ReadBatch& batch);
  /// Something was lost: from now on `sequence` is awaited, and what was before is not known.
  void lose(std::optional<std::uint64_t> sequence);

  /// The next sequence; nullopt: not known.
  [[nodiscard]] std::optional<std::uint64_t> next() const { return next_; }
  [[nodiscard]] std::uint64_t records() const { return records_; }
  [[nodiscard]] std::uint64_t first() const { return first_; }  ///< of all records; 0: none
  [[nodiscard]] std::uint64_t last() const { return last_; }    ///< of all records; 0: none
  [[nodiscard]] const Uuid& last_epoch() const { return last_epoch_; }
  [[nodiscard]] std::uint32_t last_topic() const { return last_topic_; }  ///< the greatest number used
  [[nodiscard]] bool is_complete() const { return complete_; }            ///< nothing was lost so far
  [[nodiscard]] const std::unordered_map<std::uint32_t, Topic>& topics() const { return topics_; }

  /// Of the present segment.
  [[nodiscard]] SegmentContents contents() const;
  [[nodiscard]] std::uint64_t synced() const { return synced_; }
  [[nodiscard]] std::int64_t first_timestamp() const { return first_timestamp_; }
  [[nodiscard]] std::int64_t last_timestamp() const { return segment_timestamp_; }

 private:
  [[nodiscard]] std::optional<BadPlace> look(const ReadBatch& batch);
  [[nodiscard]] std::optional<std::string> look_at_definitions(const BatchView& view);
  [[nodiscard]] std::optional<std::string> look_at_record(const BatchView& view, std::uint32_t index,
                                                          std::string_view bytes);
  void keep(const ReadBatch& batch);

  std::optional<std::uint64_t> next_;
  std::uint64_t records_ = 0;
  std::uint64_t first_ = 0;
  std::uint64_t last_ = 0;
  std::uint32_t last_topic_ = 0;
  std::int64_t timestamp_ = 0;  ///< of the last record
  bool complete_ = true;
  Uuid epoch_;
  Uuid last_epoch_;                                    ///< of the last record
  std::unordered_map<std::uint32_t, Topic> topics_;    ///< by number
  std::unordered_map<std::uint32_t, Topic> in_batch_;  ///< as they are after the batch that is looked at

  std::uint64_t segment_first_ = 0;
  std::uint64_t synced_ = 0;
  std::int64_t first_timestamp_ = 0;
  std::int64_t segment_timestamp_ = 0;
  std::unordered_map<std::uint32_t, Topic> used_;  ///< in this segment
  std::vector<IndexEntry> index_;
  std::vector<IdEntry> ids_;
};

}  // namespace fanfare::broker::journal
