#pragma once
// Reads the records of some topics from a position on. Made by the core's thread, then used by one reader thread at a
// time. Follows the topics' back-pointers where they are few and exactly named, else looks through the segments; gives
// only records as they were written, and says where some may be missing.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "broker/core/journal.hpp"
#include "broker/journal/answer.hpp"
#include "broker/journal/chain.hpp"
#include "broker/journal/footer_cache.hpp"
#include "broker/journal/options.hpp"
#include "broker/journal/segment_reader.hpp"
#include "broker/journal/stream_state.hpp"

namespace fanfare::broker::journal {

class Reader {
 public:
  /// `epoch`: the stream's present one.
  Reader(const StreamState& stream, FooterCache& footers, const Options& options, core::ReaderSpec spec,
         const Uuid& epoch);

  /// The core's thread: whether read() has use for the heads of its topics.
  [[nodiscard]] bool follows_topics() const { return follows_topics_; }
  [[nodiscard]] const core::ReaderSpec& spec() const { return spec_; }

  /// `heads`: of the topics at or before the request's `until`; nullopt: they are not known, it looks through.
  [[nodiscard]] core::ReadDone read(const core::ReadRequest& request, const std::optional<ChainHeads>& heads);

 private:
  void begin(Answer& answer);
  [[nodiscard]] Uuid epoch_of(std::uint64_t sequence) const;
  void scan(Answer& answer);
  bool follow(Answer& answer, const std::optional<ChainHeads>& heads);
  bool deliver(Answer& answer);
  bool scan_segment(Answer& answer, const HeldSegment& segment, const FooterCache::Footer* footer);
  bool scan_batch(Answer& answer, const ReadBatch& batch);
  bool skip_damage(Answer& answer, BatchCursor& cursor, const HeldSegment& segment);
  [[nodiscard]] bool has_match(const FooterCache::Footer& footer) const;
  [[nodiscard]] bool matches(std::string_view topic) const;
  [[nodiscard]] std::optional<bool> wants(std::uint32_t topic);
  [[nodiscard]] bool within_budget() const { return looked_through_ < options_.answer_bytes; }

  const StreamState& stream_;
  FooterCache& footers_;
  const Options& options_;
  const core::ReaderSpec spec_;
  const Uuid present_;  ///< epoch
  const bool follows_topics_;

  bool has_begun_ = false;
  std::uint64_t next_ = 1;     ///< what matches before it was given
  std::uint64_t segment_ = 0;  ///< where next_ stands, if it is known
  std::uint64_t offset_ = 0;
  std::uint64_t looked_through_ = 0;                ///< bytes, for the present answer
  std::unordered_map<std::uint32_t, bool> wanted_;  ///< topics by number
  SegmentReader batches_;
  Chain chain_;
};

}  // namespace fanfare::broker::journal
