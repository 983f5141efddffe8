#pragma once
// The core's side of one stream: finds room for batches, numbers and encodes them, and knows the topics' heads. Owned
// by the journal; the core's thread only. Never waits: a batch for which room is being made is held until it is there.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/journal.hpp"
#include "broker/core/settings.hpp"
#include "broker/journal/batch_format.hpp"
#include "broker/journal/chain.hpp"
#include "broker/journal/commit_item.hpp"
#include "broker/journal/segment_notes.hpp"
#include "broker/journal/stream_state.hpp"

namespace fanfare::broker::journal {

class StreamLog {
 public:
  /// How the log reaches the journal's threads.
  struct Links {
    std::function<void(CommitItem)> commit;
    std::function<void(std::uint64_t bytes)> hold;  ///< counts what will be handed to `commit`
    std::function<void()> make_room;                ///< maintenance has something to do
    std::function<std::int64_t()> clock;
    core::Random random;
  };

  /// Where the log goes on.
  struct Start {
    Uuid epoch;
    std::uint64_t next = 1;
    std::uint32_t last_topic = 0;
    std::uint64_t last_segment = 0;       ///< the greatest number of a segment
    std::optional<SegmentHeader> active;  ///< the segment that is written to
    std::uint64_t data_end = kBatchesAt;  ///< of `active`
    SegmentContents contents;             ///< of `active`
  };

  StreamLog(StreamState& stream, Links links, Start start);

  void define(std::uint32_t number, std::string_view name);
  void append(core::Batch batch);

  /// A commit of this stream was taken.
  void committed(const core::Commit& commit);
  /// Places what was held, if there is room now.
  void place_held();
  /// Answers what is still held: the journal closes.
  void refuse_held(const std::string& reason);
  /// What retention removed, a part at a time; nullopt: nothing (more).
  [[nodiscard]] std::optional<core::Trimmed> take_trimmed();

  [[nodiscard]] const Uuid& epoch() const { return epoch_; }
  /// The last record at or before `until`, perhaps beyond it but committed, of each of these topics; nullopt when that
  /// is too long to look for.
  [[nodiscard]] std::optional<ChainHeads> heads(const std::vector<std::string>& topics, std::uint64_t until) const;

 private:
  struct Entry {
    TopicNames::Topic* topic = nullptr;
    std::uint32_t number = 0;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    std::uint64_t previous = 0;
  };
  /// What is numbered but not known to be committed; its tables are the only place for the heads before it.
  struct InFlight {
    std::uint64_t first = 0;
    std::uint32_t count = 0;
    std::uint64_t bytes = 0;  ///< in its segment
    std::shared_ptr<const std::string> head;
  };

  [[nodiscard]] bool place(core::Batch& batch);
  void want_spare();
  [[nodiscard]] bool list(const core::Batch& batch);
  [[nodiscard]] std::uint64_t size_in(const core::Batch& batch, std::uint64_t segment_first) const;
  [[nodiscard]] bool is_held_back(std::uint64_t size) const;
  void refuse(const core::Batch& batch, core::Commit::Outcome outcome, std::string reason);
  void encode(core::Batch& batch, CommitItem item);
  std::size_t number_records(core::Batch& batch, BatchWriter& writer);
  [[nodiscard]] std::vector<core::Batch::Id> find_ids(const core::Batch& batch) const;
  [[nodiscard]] const InFlight* in_flight(std::uint64_t sequence) const;
  [[nodiscard]] std::optional<std::uint64_t> committed_head(std::uint64_t head, std::uint64_t until) const;

  StreamState& stream_;
  Links links_;
  Uuid epoch_;
  std::uint64_t next_;
  std::uint64_t committed_;  ///< the last sequence whose commit was taken
  std::uint32_t last_topic_;
  std::uint64_t segment_number_;
  SegmentIdentity segment_;
  std::uint64_t segment_first_ = 0;
  std::uint64_t end_ = 0;      ///< of the segment's data; beyond every limit when there is none
  std::uint64_t want_at_ = 0;  ///< where in the segment the spare is asked for next
  std::deque<core::Batch> held_;
  std::deque<InFlight> in_flight_;
  std::uint64_t in_flight_bytes_ = 0;
  SegmentNotes notes_;
  std::vector<Entry> entries_;  ///< of the batch at hand
  std::optional<Trim> trim_;
};

}  // namespace fanfare::broker::journal
