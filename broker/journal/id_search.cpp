#include "broker/journal/id_search.hpp"

#include <algorithm>

#include "broker/journal/batch_cursor.hpp"
#include "broker/journal/segment_reader.hpp"
#include "protocol/record.hpp"

namespace fanfare::broker::journal {
namespace {

using Outcome = core::IdLookedUp::Outcome;

class IdSearch {
 public:
  IdSearch(const StreamState& stream, const core::IdLookup& lookup, std::uint64_t most)
      : stream_(stream), lookup_(lookup), left_(most), answer_({.number = lookup.number}) {}

  core::IdLookedUp run(const Uuid& epoch) {
    auto next = lookup_.after + 1;
    const auto oldest = stream_.segments.oldest();
    if (!oldest) {  // nothing was ever stored
      answer_.outcome = Outcome::absent;
      return answer_;
    }
    // What was removed of this epoch may have had it; earlier epochs don't count.
    bool is_whole = oldest->header->epoch != epoch || oldest->header->first <= next;
    while (const auto segment = stream_.segments.at(next)) {
      is_whole = is_whole && segment->header->first <= std::max(next, oldest->header->first);
      if (segment->header->epoch == epoch) {
        const bool is_read = segment->seal ? search_footer(*segment) : search_batches(*segment);
        if (answer_.outcome == Outcome::found || !is_read) return answer_;
      }
      next = segment->last + 1;
    }
    answer_.outcome = is_whole ? Outcome::absent : Outcome::unknown;
    return answer_;
  }

 private:
  void found(std::uint64_t sequence, std::uint64_t fingerprint) {
    answer_.outcome = Outcome::found;
    answer_.sequence = sequence;
    answer_.fingerprint = fingerprint;
  }

  /// False: the search ends here without an answer.
  bool search_footer(const HeldSegment& segment) {
    const auto& header = *segment.header;
    const auto file = stream_.files.files().open(stream_.files.segment(header.number), FileSystem::Open::read);
    if (!file) return false;
    const auto bytes = StreamFiles::read_footer(**file, *segment.seal, seed_of(header));
    if (!bytes || !*bytes) return search_batches(segment);
    const auto footer = FooterView::open(**bytes);
    if (footer->id_count() > left_) return false;
    left_ -= footer->id_count();
    for (std::size_t i = 0; i < footer->id_count(); ++i) {
      const auto entry = footer->id(i);
      if (entry.id != lookup_.id || header.first + entry.sequence <= lookup_.after) continue;
      found(header.first + entry.sequence, entry.fingerprint);
      return true;
    }
    return true;
  }

  bool search_batches(const HeldSegment& segment) {
    const auto& header = *segment.header;
    const auto file = stream_.files.files().open(stream_.files.segment(header.number), FileSystem::Open::read);
    if (!file) return false;
    BatchCursor cursor(**file, SegmentIdentity(header), segment.begin, end_of_data(segment));
    for (auto last = header.first - 1; last < segment.last;) {
      const auto batch = cursor.next();
      if (!batch || !*batch) return false;
      last = (**batch).view.header().last();
      if (last <= lookup_.after) continue;
      for (std::uint32_t i = 0; i < (**batch).view.header().count; ++i) {
        if (left_-- == 0 || !search_record((**batch).record(i))) return false;
        if (answer_.outcome == Outcome::found) return true;
      }
    }
    return true;
  }

  bool search_record(std::optional<std::string_view> bytes) {
    const auto record = bytes ? protocol::next_record(*bytes) : std::nullopt;
    if (!record) return false;
    if (record->content.id != lookup_.id || record->sequence <= lookup_.after) return true;
    return stream_.names.with_name(record->topic, [&](std::string_view name) {
      found(record->sequence, protocol::fingerprint_of(name, record->content.payload));
    });
  }

  const StreamState& stream_;
  const core::IdLookup& lookup_;
  std::uint64_t left_;  ///< ids that may still be looked at
  core::IdLookedUp answer_;
};

}  // namespace

core::IdLookedUp search_id(const StreamState& stream, const core::IdLookup& lookup, const Uuid& epoch,
                           std::uint64_t most) {
  return IdSearch(stream, lookup, most).run(epoch);
}

}  // namespace fanfare::broker::journal
