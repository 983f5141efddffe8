#include "broker/journal/reader.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "protocol/record.hpp"
#include "protocol/topic.hpp"

namespace fanfare::broker::journal {
namespace {

using protocol::GapReason;

constexpr std::size_t kPiece = 256U * 1024U;
constexpr std::size_t kMostTopics = 64;      // that are followed one by one
constexpr std::size_t kMostWanted = 65'536;  // topics whose answer is remembered
constexpr std::size_t kTopicAt = 4;

bool are_few_topics(const std::vector<std::string>& patterns) {
  return patterns.size() <= kMostTopics && std::ranges::none_of(patterns, protocol::has_wildcard);
}

}  // namespace

Reader::Reader(const StreamState& stream, FooterCache& footers, const Options& options, core::ReaderSpec spec,
               const Uuid& epoch)
    : stream_(stream),
      footers_(footers),
      options_(options),
      spec_(std::move(spec)),
      present_(epoch),
      follows_topics_(are_few_topics(spec_.patterns)),
      batches_(stream, footers),
      chain_(options.chain_positions) {}

core::ReadDone Reader::read(const core::ReadRequest& request, const std::optional<ChainHeads>& heads) {
  Answer answer(request);
  looked_through_ = 0;
  if (!has_begun_) begin(answer);
  has_begun_ = true;
  if (!follow(answer, heads)) scan(answer);
  batches_.close();
  return std::move(answer).finish({epoch_of(next_ - 1), next_ - 1});
}

Uuid Reader::epoch_of(std::uint64_t sequence) const {
  const auto segment = stream_.segments.at(sequence);
  return segment && segment->header->first <= sequence ? segment->header->epoch : present_;
}

/// Where the first record would be.
void Reader::begin(Answer& answer) {
  const auto& segments = stream_.segments;
  if (spec_.time) {
    next_ = batches_.first_at(*spec_.time).value_or(segments.last() + 1);
    return;
  }
  const auto& [epoch, sequence] = spec_.after;
  if (epoch.is_nil() && sequence == 0) {
    next_ = segments.first();
  } else if (epoch >= present_) {
    next_ = epoch == present_ ? sequence + 1 : segments.last() + 1;
  } else if (const auto end = segments.end_of(epoch)) {
    next_ = (end->is_held ? std::min(sequence, end->last) : end->last) + 1;
  } else {
    next_ = segments.first();
    if (next_ > 1) (void)answer.miss(0, next_ - 1, GapReason::retention);
  }
}

/// Gives what the topics' back-pointers lead to; false: everything has to be looked through.
bool Reader::follow(Answer& answer, const std::optional<ChainHeads>& heads) {
  if (!follows_topics_ || chain_.state() == Chain::State::too_long) return false;
  if (chain_.state() == Chain::State::idle) {
    if (!heads) return false;
    if (next_ > answer.until()) return true;
    chain_.start(*heads, next_, answer.until(), stream_.segments.first());
  }
  if (chain_.state() == Chain::State::walking) {
    chain_.walk(stream_, batches_, batches_.bytes_read() + options_.answer_bytes);
    if (chain_.state() == Chain::State::walking) return true;  // the next request goes on
    if (chain_.state() == Chain::State::too_long) return false;
  }
  return deliver(answer);
}

bool Reader::deliver(Answer& answer) {
  const auto removed = chain_.take_removed();
  if (removed >= next_) (void)answer.miss(next_, removed, GapReason::retention);  // else begin() has told it
  auto& positions = chain_.positions();
  const auto most_bytes = batches_.bytes_read() + options_.answer_bytes;
  while (!positions.empty() && batches_.bytes_read() < most_bytes) {
    const auto sequence = positions.front();
    const auto segment = stream_.segments.at(sequence);
    if (!segment || segment->header->first > sequence) {  // removed since it was found
      if (!answer.miss(sequence, sequence, GapReason::retention)) return true;
    } else {
      if (sequence > answer.until() || !answer.enter(segment->header->epoch)) return true;
      const auto batch = batches_.find(*segment, sequence);
      const auto record =
          batch ? batch->record(static_cast<std::uint32_t>(sequence - batch->view.header().first)) : std::nullopt;
      if (!record) {
        const bool is_removed = stream_.segments.first() > sequence;  // while it was being read
        const auto reason = is_removed ? GapReason::retention : GapReason::damaged;
        if (!answer.miss(sequence, sequence, reason)) return true;
      }
      if (record && !answer.add(*record)) return true;
    }
    next_ = sequence + 1;
    positions.pop_front();
  }
  // Between two positions there is nothing else.
  next_ = positions.empty() ? std::max(next_, chain_.covers() + 1) : positions.front();
  if (positions.empty()) chain_.stop();
  return true;
}

void Reader::scan(Answer& answer) {
  while (next_ <= answer.until() && within_budget()) {
    const auto segment = stream_.segments.at(next_);
    if (!segment) {  // all of it was removed, and nothing has come since
      if (answer.miss(next_, answer.until(), GapReason::retention)) next_ = answer.until() + 1;
      return;
    }
    const auto& header = *segment->header;
    if (header.first > next_) {
      if (!answer.miss(next_, header.first - 1, GapReason::retention)) return;
      next_ = header.first;
    }
    if (!answer.enter(header.epoch)) return;
    const auto footer = footers_.get(stream_.files, *segment, looked_through_);
    if (segment_ != header.number && footer && !has_match(*footer)) {
      next_ = std::min(segment->last, answer.until()) + 1;
      continue;
    }
    if (!scan_segment(answer, *segment, footer.get())) return;
  }
  if (next_ > answer.until() && chain_.state() == Chain::State::too_long) chain_.stop();  // caught up
}

/// False: the answer is complete.
bool Reader::scan_segment(Answer& answer, const HeldSegment& segment, const FooterCache::Footer* footer) {
  const auto& header = *segment.header;
  const auto file = stream_.files.files().open(stream_.files.segment(header.number), FileSystem::Open::read);
  if (!file) {
    // Removed since it was looked up, then the next look says so; else nothing of it can be read.
    if (stream_.segments.first() > next_) return true;
    if (file.error().number != ENOENT && file.error().number != EIO) return false;  // too many are open: try again
    if (!answer.miss(next_, segment.last, GapReason::damaged)) return false;
    next_ = segment.last + 1;
    return true;
  }
  auto begin = segment.begin;
  if (segment_ == header.number) {
    begin = offset_;
  } else if (footer != nullptr) {
    const auto at = footer->view.index_before(next_);
    if (at < footer->view.index_size()) begin = footer->view.index(at).offset;
  }
  segment_ = header.number;
  BatchCursor cursor(**file, SegmentIdentity(header), begin, end_of_data(segment), kPiece);
  bool goes_on = true;
  const auto before = looked_through_;
  while (goes_on && next_ <= std::min(segment.last, answer.until()) && within_budget()) {
    offset_ = cursor.offset();
    const auto batch = cursor.next();
    goes_on = batch && *batch ? scan_batch(answer, **batch) : skip_damage(answer, cursor, segment);
    if (goes_on) offset_ = cursor.offset();
    looked_through_ = before + cursor.bytes_read();
  }
  if (next_ > segment.last && segment.seal) segment_ = 0;
  return goes_on;
}

bool Reader::scan_batch(Answer& answer, const ReadBatch& batch) {
  const auto& header = batch.view.header();
  if (header.first > next_) {
    if (!answer.miss(next_, header.first - 1, GapReason::damaged)) return false;
    next_ = header.first;
  }
  while (next_ <= std::min(header.last(), answer.until())) {
    const auto index = static_cast<std::uint32_t>(next_ - header.first);
    const auto record = batch.record(index);
    if (!record) {
      if (!answer.miss(next_, next_, GapReason::damaged)) return false;
    } else {
      const auto is_wanted = wants(protocol::load<std::uint32_t>(record->data() + kTopicAt));
      // Without a name its topic was forgotten, and with it the record: it is being removed.
      if (!is_wanted && !answer.miss(next_, next_, GapReason::retention)) return false;
      if (is_wanted.value_or(false) && !answer.add(*record)) return false;
    }
    ++next_;
  }
  return next_ > header.last();  // else `until` lies within the batch
}

/// Goes to the next batch that has a header, and tells what is missing before it.
bool Reader::skip_damage(Answer& answer, BatchCursor& cursor, const HeldSegment& segment) {
  auto missing_to = segment.last;
  while (true) {
    const auto header = cursor.skip_to_header();
    if (!header || !*header) break;
    if ((**header).last() < next_) continue;
    missing_to = (**header).first - 1;
    break;
  }
  if (missing_to < next_) return true;
  if (!answer.miss(next_, missing_to, GapReason::damaged)) return false;
  next_ = missing_to + 1;
  return true;
}

bool Reader::matches(std::string_view topic) const {
  return std::ranges::any_of(spec_.patterns, [&](const auto& pattern) { return protocol::matches(pattern, topic); });
}

bool Reader::has_match(const FooterCache::Footer& footer) const {
  auto rest = footer.view.topics().entries();
  while (const auto topic = TopicList::next(rest)) {
    if (matches(topic->name)) return true;
  }
  return false;
}

/// Nullopt: the topic has no name any more.
std::optional<bool> Reader::wants(std::uint32_t topic) {
  const auto found = wanted_.find(topic);
  if (found != wanted_.end()) return found->second;
  bool is_wanted = false;
  if (!stream_.names.with_name(topic, [&](std::string_view name) { is_wanted = matches(name); })) return std::nullopt;
  if (wanted_.size() == kMostWanted) wanted_.clear();
  wanted_.emplace(topic, is_wanted);
  return is_wanted;
}

}  // namespace fanfare::broker::journal
