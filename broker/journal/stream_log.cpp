#include "broker/journal/stream_log.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <span>
#include <utility>

#include "protocol/record.hpp"

namespace fanfare::broker::journal {
namespace {

using Outcome = core::Commit::Outcome;
using protocol::load;

constexpr std::uint64_t kNoSegment = std::numeric_limits<std::uint64_t>::max() / 2;
constexpr std::size_t kDefinitionSize = 5;  // without the name
constexpr std::size_t kTopicAt = 4;
constexpr std::size_t kTimestampAt = 16;
constexpr std::size_t kFlagsAt = 24;
constexpr std::size_t kRecordsAtATime = 4;  // whose CRCs are computed beside each other

std::uint64_t pending_of(const core::Batch& batch) { return batch.records->size() + kTableEntrySize * batch.count; }

}  // namespace

StreamLog::StreamLog(StreamState& stream, Links links, Start start)
    : stream_(stream),
      links_(std::move(links)),
      epoch_(start.epoch),
      next_(start.next),
      committed_(start.next - 1),
      last_topic_(start.last_topic),
      segment_number_(start.last_segment),
      end_(start.active ? start.data_end : kNoSegment),
      want_at_(stream_.options.segment_bytes / 2) {
  if (!start.active) return;
  segment_ = SegmentIdentity(*start.active);
  segment_first_ = start.active->first;
  for (std::uint32_t place = 0; place < start.contents.topics.size(); ++place) {
    if (auto* topic = stream_.names.find(start.contents.topics[place].number)) topic->place = place;
  }
  notes_ = SegmentNotes(segment_first_, std::move(start.contents));
}

void StreamLog::define(std::uint32_t number, std::string_view name) {
  stream_.names.add(number, name, 0);
  last_topic_ = std::max(last_topic_, number);
}

void StreamLog::append(core::Batch batch) {
  links_.hold(pending_of(batch));
  if (!held_.empty() || !place(batch)) held_.push_back(std::move(batch));
}

void StreamLog::place_held() {
  while (!held_.empty() && place(held_.front())) held_.pop_front();
}

void StreamLog::refuse_held(const std::string& reason) {
  for (const auto& batch : held_) refuse(batch, Outcome::full, reason);
  held_.clear();
}

/// Finds the records and topics of the batch; false when it is no batch.
bool StreamLog::list(const core::Batch& batch) {
  entries_.clear();
  const std::string_view records = *batch.records;
  std::size_t at = 0;
  while (at < records.size()) {
    if (records.size() - at < protocol::kRecordHeaderSize) return false;
    Entry entry{.offset = static_cast<std::uint32_t>(at)};
    entry.size = load<std::uint32_t>(records.data() + at);
    entry.number = load<std::uint32_t>(records.data() + at + kTopicAt);
    if (entry.size < protocol::kRecordHeaderSize || entry.size > records.size() - at) return false;
    const bool is_same = !entries_.empty() && entries_.back().number == entry.number;
    entry.topic = is_same ? entries_.back().topic : stream_.names.find(entry.number);
    if (entry.topic == nullptr) return false;
    entries_.push_back(entry);
    at += entry.size;
  }
  return !entries_.empty() && entries_.size() == batch.count;
}

/// At most the bytes that the batch takes in a segment with this first sequence.
std::uint64_t StreamLog::size_in(const core::Batch& batch, std::uint64_t segment_first) const {
  auto size = kBatchHeaderSize + entries_.size() * kTableEntrySize + batch.records->size();
  for (const auto& entry : entries_) {
    if (entry.topic->head < segment_first) size += kDefinitionSize + entry.topic->name.size();
  }
  return aligned(size, kBatchAlignment);
}

/// Whether the stream would be beyond its size with these bytes, and retention may not remove its oldest segment. What
/// nobody holds is removed before long, and the last segment never is: neither keeps a batch out.
bool StreamLog::is_held_back(std::uint64_t size) const {
  if (stream_.hold.is_none()) return false;
  const auto most = stream_.keeping.rules().max_size;
  if (!most) return false;
  const auto held = stream_.segments.bytes_held_from(stream_.hold.first());
  return held > 0 && held + in_flight_bytes_ + size > *most;
}

/// False when it has to wait for room that is being made.
bool StreamLog::place(core::Batch& batch) {
  if (stream_.failed.load(std::memory_order_acquire)) {
    refuse(batch, Outcome::failed, "the stream has ended");
    return true;
  }
  const auto segment_bytes = stream_.options.segment_bytes;
  if (batch.records->size() >= segment_bytes || !list(batch)) {
    assert(batch.records->size() >= segment_bytes && "a batch of records whose topics were defined");
    refuse(batch, Outcome::full, "the batch does not fit into a segment");
    return true;
  }
  const auto size = size_in(batch, segment_first_);
  if (is_held_back(size)) {
    refuse(batch, Outcome::full,
           "it is at its max_size, and a group has not finished the oldest messages: `fanfare group ls` shows which");
    return true;
  }
  CommitItem item;
  if (end_ + size > segment_bytes) {
    if (kBatchesAt + size_in(batch, next_) > segment_bytes) {
      refuse(batch, Outcome::full, "the batch does not fit into a segment");
      return true;
    }
    switch (stream_.spare.take()) {
      case Spare::State::ready:
        break;
      case Spare::State::refused:
        refuse(batch, Outcome::full, stream_.spare.reason());
        return true;
      case Spare::State::none:
      case Spare::State::taken:
        links_.make_room();
        return false;
    }
    item.begins = SegmentHeader{.last_topic = last_topic_,
                                .number = ++segment_number_,
                                .epoch = epoch_,
                                .first = next_,
                                .created = links_.clock(),
                                .salt = salt_from(links_.random())};
    item.before = notes_.begin(next_, stream_.used_notes);
    segment_ = SegmentIdentity(*item.begins);
    segment_first_ = next_;
    end_ = kBatchesAt;
    want_at_ = segment_bytes / 2;
  }
  encode(batch, std::move(item));
  want_spare();
  return true;
}

/// Asks for the spare when half of the segment is full, and again with each further eighth: retention may be about to
/// make one, and looks whether it does.
void StreamLog::want_spare() {
  if (end_ < want_at_) return;
  want_at_ = end_ + stream_.options.segment_bytes / 8;
  if (stream_.spare.want()) links_.make_room();
}

void StreamLog::encode(core::Batch& batch, CommitItem item) {
  BatchWriter writer(segment_);
  const auto timestamp = [&](const Entry& entry) {
    return load<std::int64_t>(batch.records->data() + entry.offset + kTimestampAt);
  };
  item.seed = segment_.seed;
  item.offset = end_;
  item.first = next_;
  item.count = batch.count;
  item.first_timestamp = timestamp(entries_.front());
  item.last_timestamp = timestamp(entries_.back());
  item.records = batch.records;
  item.pending = pending_of(batch);
  notes_.add_batch({.first = next_, .offset = end_, .timestamp = item.first_timestamp});
  const auto ids = number_records(batch, writer);
  notes_.add_ids(next_, batch.ids && batch.ids->size() == ids ? *batch.ids : find_ids(batch));
  const auto size = batch.records->size();
  item.head = std::make_shared<std::string>(std::move(writer).finish(next_, item.first_timestamp, size));
  const auto bytes = aligned(item.head->size() + size, kBatchAlignment);
  in_flight_.push_back({.first = next_, .count = batch.count, .bytes = bytes, .head = item.head});
  in_flight_bytes_ += bytes;
  end_ += bytes;
  next_ += batch.count;
  links_.commit(std::move(item));
}

/// Gives the records their sequences, and the batch its definitions and table; how many have an id.
std::size_t StreamLog::number_records(core::Batch& batch, BatchWriter& writer) {
  std::size_t ids = 0;
  auto sequence = next_;
  for (auto& entry : entries_) {
    auto& topic = *entry.topic;
    if (topic.head < segment_first_) {
      writer.define(entry.number, topic.name);
      topic.place = notes_.add_topic(entry.number, topic.name);
    }
    notes_.set_head(topic.place, sequence);
    entry.previous = std::exchange(topic.head, sequence);
    auto* record = batch.records->data() + entry.offset;
    protocol::set_sequence(record, sequence++);
    if ((static_cast<std::uint8_t>(record[kFlagsAt]) & protocol::message_flags::kId) != 0) ++ids;
  }
  writer.begin_table(batch.count);
  const std::string_view records = *batch.records;
  std::array<protocol::Crc32cLane, kRecordsAtATime> lanes;
  for (std::size_t begin = 0; begin < entries_.size(); begin += kRecordsAtATime) {
    const auto some = std::span(entries_).subspan(begin, std::min(kRecordsAtATime, entries_.size() - begin));
    for (std::size_t i = 0; i < some.size(); ++i) {
      lanes[i] = record_lane(records.substr(some[i].offset, some[i].size), segment_.seed);
    }
    protocol::crc32c(std::span(lanes).first(some.size()));
    for (std::size_t i = 0; i < some.size(); ++i) writer.add(some[i].offset, lanes[i].crc, some[i].previous);
  }
  return ids;
}

std::vector<core::Batch::Id> StreamLog::find_ids(const core::Batch& batch) const {
  std::vector<core::Batch::Id> ids;
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    auto bytes = std::string_view(*batch.records).substr(entries_[i].offset, entries_[i].size);
    const auto record = protocol::next_record(bytes);
    if (!record || !record->content.id) continue;
    ids.push_back({.id = *record->content.id,
                   .index = i,
                   .fingerprint = protocol::fingerprint_of(entries_[i].topic->name, record->content.payload)});
  }
  return ids;
}

void StreamLog::refuse(const core::Batch& batch, Outcome outcome, std::string reason) {
  links_.commit({.outcome = outcome, .count = batch.count, .pending = pending_of(batch), .reason = std::move(reason)});
}

void StreamLog::committed(const core::Commit& commit) {
  if (commit.outcome != Outcome::committed) return;
  committed_ = commit.first + commit.count - 1;
  while (!in_flight_.empty() && in_flight_.front().first <= commit.first) {
    in_flight_bytes_ -= in_flight_.front().bytes;
    in_flight_.pop_front();
  }
}

std::optional<core::Trimmed> StreamLog::take_trimmed() {
  constexpr std::size_t kMost = 16'384;  // topics at a time: the core's thread has more to do
  if (!trim_) trim_ = stream_.trims.pop();
  // What is held may use a topic that looks forgotten; it is placed, or refused, before long.
  if (!trim_ || !held_.empty()) return std::nullopt;
  // A short-lived segment may be gone before its last commit was taken; first things first.
  if (trim_->first > committed_ + 1) return std::nullopt;
  core::Trimmed trimmed{.stream = stream_.options.number, .first = trim_->first};
  for (std::size_t n = 0; n < kMost && !trim_->topics.empty(); ++n) {
    const auto number = trim_->topics.back();
    trim_->topics.pop_back();
    const auto* topic = stream_.names.find(number);
    if (topic == nullptr || topic->head >= trim_->first) continue;
    stream_.names.forget(number);
    trimmed.forgotten.push_back(number);
  }
  if (trim_->topics.empty()) trim_.reset();
  return trimmed;
}

const StreamLog::InFlight* StreamLog::in_flight(std::uint64_t sequence) const {
  const auto behind =
      std::ranges::partition_point(in_flight_, [&](const InFlight& one) { return one.first <= sequence; });
  if (behind == in_flight_.begin()) return nullptr;
  const auto& found = *std::prev(behind);
  return sequence < found.first + found.count ? &found : nullptr;
}

std::optional<std::uint64_t> StreamLog::committed_head(std::uint64_t head, std::uint64_t until) const {
  constexpr int kMostSteps = 4'096;
  for (int step = 0; head > until; ++step) {
    const auto* batch = in_flight(head);
    if (batch == nullptr) break;  // committed: its table is on the disk
    if (step == kMostSteps) return std::nullopt;
    const auto from_end = std::size_t{kTableEntrySize} * (batch->first + batch->count - head);
    head = load<std::uint64_t>(batch->head->data() + batch->head->size() - from_end + sizeof(std::uint64_t));
  }
  return head;
}

std::optional<ChainHeads> StreamLog::heads(const std::vector<std::string>& topics, std::uint64_t until) const {
  ChainHeads heads;
  for (const auto& name : topics) {
    const auto number = stream_.names.number_of(name);
    const auto* topic = number ? stream_.names.find(*number) : nullptr;
    if (topic == nullptr || topic->head == 0) {
      heads.has_unknown = true;
      continue;
    }
    const auto head = committed_head(topic->head, until);
    if (!head) return std::nullopt;
    if (*head == 0) {  // its number is new, and nothing under it is committed yet
      heads.has_unknown = true;
    } else {
      heads.sequences.push_back(*head);
    }
  }
  return heads;
}

}  // namespace fanfare::broker::journal
