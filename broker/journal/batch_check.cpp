#include "broker/journal/batch_check.hpp"

#include <algorithm>

#include "protocol/record.hpp"
#include "protocol/topic.hpp"

namespace fanfare::broker::journal {
namespace {

std::string text(std::uint64_t number) { return std::to_string(number); }

}  // namespace

void BatchCheck::begin_segment(const SegmentHeader& header) {
  epoch_ = header.epoch;
  segment_first_ = header.first;
  next_ = header.first;
  synced_ = 0;
  first_timestamp_ = 0;
  segment_timestamp_ = 0;
  used_.clear();
  index_.clear();
  ids_.clear();
}

void BatchCheck::lose(std::optional<std::uint64_t> sequence) {
  next_ = sequence;
  complete_ = false;
}

std::optional<BadPlace> BatchCheck::take(const ReadBatch& batch) {
  if (auto bad = look(batch)) return bad;
  keep(batch);
  return std::nullopt;
}

std::optional<BadPlace> BatchCheck::look(const ReadBatch& batch) {
  const auto& header = batch.view.header();
  if (next_ && header.first != *next_) {
    return BadPlace{batch.offset, "sequence " + text(header.first) + " instead of " + text(*next_)};
  }
  if (header.synced >= header.first || header.synced < synced_) {
    return BadPlace{batch.offset, "it can't have known " + text(header.synced) + " to be on the disk"};
  }
  in_batch_.clear();
  if (auto wrong = look_at_definitions(batch.view)) return BadPlace{batch.offset + kBatchHeaderSize, std::move(*wrong)};
  const auto before = timestamp_;
  for (std::uint32_t i = 0; i < header.count; ++i) {
    const auto at = batch.offset + batch.view.offset(i);
    const auto bytes = batch.record(i);
    auto wrong = bytes ? look_at_record(batch.view, i, *bytes) : "record " + text(header.first + i) + " is damaged";
    if (!wrong) continue;
    timestamp_ = before;
    return BadPlace{at, std::move(*wrong)};
  }
  return std::nullopt;
}

std::optional<std::string> BatchCheck::look_at_definitions(const BatchView& view) {
  auto definitions = view.definitions();
  while (const auto definition = next_definition(definitions)) {
    const auto number = text(definition->topic);
    if (!protocol::is_topic(definition->name)) return "topic " + number + " has a bad name";
    if (used_.contains(definition->topic)) return "topic " + number + " is defined twice";
    if (!in_batch_.emplace(definition->topic, Topic{.name = std::string(definition->name)}).second) {
      return "topic " + number + " is defined twice";
    }
    const auto known = topics_.find(definition->topic);
    if (known == topics_.end()) continue;
    if (known->second.name != definition->name && epoch_ == last_epoch_) return "topic " + number + " has two names";
    if (known->second.name == definition->name) in_batch_[definition->topic].head = known->second.head;
  }
  return std::nullopt;
}

std::optional<std::string> BatchCheck::look_at_record(const BatchView& view, std::uint32_t index,
                                                      std::string_view bytes) {
  const auto sequence = text(view.header().first + index);
  const auto record = protocol::next_record(bytes);
  if (!record || !bytes.empty()) return "record " + sequence + " can't be read";
  if (record->timestamp < timestamp_) return "record " + sequence + " is earlier than the one before it";
  if (index == 0 && record->timestamp != view.header().timestamp) return "another time than record " + sequence;
  timestamp_ = record->timestamp;

  auto found = in_batch_.find(record->topic);
  if (found == in_batch_.end()) {
    const auto used = used_.find(record->topic);
    if (used == used_.end()) return "the topic of record " + sequence + " is not defined";
    found = in_batch_.insert(*used).first;
  }
  auto& topic = found->second;
  const auto previous = view.previous(index);
  const auto oldest = first_ == 0 ? view.header().first : first_;  // what lies before it can't be seen
  const bool is_right = topic.head > 0 ? previous == topic.head : previous < oldest;
  if (complete_ && !is_right) {
    return "record " + sequence + " says that " + text(previous) + " was before it, which was " + text(topic.head);
  }
  topic.head = record->sequence;
  return std::nullopt;
}

void BatchCheck::keep(const ReadBatch& batch) {
  const auto& header = batch.view.header();
  if (index_.empty() || batch.offset >= index_.back().offset + kIndexStep) {
    index_.push_back({.first = header.first, .offset = batch.offset, .timestamp = header.timestamp});
  }
  for (std::uint32_t i = 0; i < header.count; ++i) {
    auto bytes = *batch.record(i);
    const auto record = *protocol::next_record(bytes);
    last_topic_ = std::max(last_topic_, record.topic);
    if (!record.content.id) continue;
    ids_.push_back({.id = *record.content.id,
                    .sequence = static_cast<std::uint32_t>(record.sequence - segment_first_),
                    .fingerprint = protocol::fingerprint_of(in_batch_.at(record.topic).name, record.content.payload)});
  }
  for (auto& [number, topic] : in_batch_) {
    if (topic.head < segment_first_) continue;  // defined, but not used
    topics_[number] = topic;
    used_[number] = topic;
  }
  if (first_timestamp_ == 0) first_timestamp_ = header.timestamp;
  segment_timestamp_ = timestamp_;
  synced_ = header.synced;
  records_ += header.count;
  if (first_ == 0) first_ = header.first;
  last_ = header.last();
  last_epoch_ = epoch_;
  next_ = last_ + 1;
}

SegmentContents BatchCheck::contents() const {
  SegmentContents contents{.topics = {}, .index = index_, .ids = ids_};
  for (const auto& [number, topic] : used_) contents.topics.push_back({number, topic.head, topic.name});
  std::ranges::sort(contents.topics, {}, &SegmentContents::Topic::number);
  return contents;
}

}  // namespace fanfare::broker::journal
