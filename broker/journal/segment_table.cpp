#include "broker/journal/segment_table.hpp"

#include <algorithm>

namespace fanfare::broker::journal {
namespace {

std::uint64_t bytes_of(const HeldSegment& segment) {
  return segment.seal ? segment.seal->footer_offset + segment.seal->footer_size : segment.data_end;
}

}  // namespace

HeldSegment SegmentTable::copy(const Entry& entry, std::size_t behind) {
  auto held = entry.segment;
  if (behind > 0 && behind <= entry.index.size()) held.begin = entry.index[behind - 1].offset;
  return held;
}

void SegmentTable::add(const HeldSegment& segment, std::vector<IndexEntry> index) {
  const std::lock_guard lock(mutex_);
  bytes_ += bytes_of(segment);
  entries_.push_back({segment, std::move(index), nullptr});
}

void SegmentTable::grow(const Growth& growth, const IndexEntry& entry) {
  const std::lock_guard lock(mutex_);
  auto& [segment, index, contents] = entries_.back();
  if (segment.is_empty()) segment.first_timestamp = growth.first_timestamp;
  segment.last = growth.last;
  bytes_ += growth.data_end - segment.data_end;
  segment.data_end = growth.data_end;
  segment.last_timestamp = growth.last_timestamp;
  if (index.empty() || entry.offset >= index.back().offset + kIndexStep) index.push_back(entry);
}

void SegmentTable::finish(std::unique_ptr<SegmentContents> contents) {
  const std::lock_guard lock(mutex_);
  if (!entries_.empty()) entries_.back().contents = std::move(contents);
}

std::unique_ptr<SegmentContents> SegmentTable::take_contents(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::ranges::find_if(entries_, [&](const Entry& one) { return one.segment.header->number == number; });
  return found == entries_.end() ? nullptr : std::move(found->contents);
}

void SegmentTable::seal(std::uint64_t number, const Seal& seal) {
  const std::lock_guard lock(mutex_);
  for (auto& [segment, index, contents] : entries_) {
    if (segment.header->number != number) continue;
    bytes_ -= bytes_of(segment);
    segment.seal = seal;
    bytes_ += bytes_of(segment);
    index = {};
  }
}

std::optional<HeldSegment> SegmentTable::at(std::uint64_t sequence) const {
  const std::lock_guard lock(mutex_);
  auto found = std::ranges::partition_point(entries_, [&](const Entry& one) { return one.segment.last < sequence; });
  while (found != entries_.end() && found->segment.is_empty()) ++found;
  if (found == entries_.end()) return std::nullopt;
  const auto behind =
      std::ranges::partition_point(found->index, [&](const IndexEntry& one) { return one.first <= sequence; });
  return copy(*found, static_cast<std::size_t>(behind - found->index.begin()));
}

std::optional<HeldSegment> SegmentTable::at_time(std::int64_t timestamp) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(
      entries_, [&](const Entry& one) { return !one.segment.is_empty() && one.segment.last_timestamp >= timestamp; });
  if (found == entries_.end()) return std::nullopt;
  const auto behind =
      std::ranges::partition_point(found->index, [&](const IndexEntry& one) { return one.timestamp < timestamp; });
  return copy(*found, static_cast<std::size_t>(behind - found->index.begin()));
}

std::optional<SegmentTable::EpochEnd> SegmentTable::end_of(const Uuid& epoch) const {
  const std::lock_guard lock(mutex_);
  const auto later =
      std::ranges::partition_point(entries_, [&](const Entry& one) { return one.segment.header->epoch <= epoch; });
  if (later == entries_.begin()) return std::nullopt;
  const auto& segment = std::prev(later)->segment;
  return EpochEnd{.last = segment.last, .is_held = segment.header->epoch == epoch};
}

std::optional<HeldSegment> SegmentTable::next_to_seal() const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(entries_, [](const Entry& one) { return !one.segment.seal; });
  if (found == entries_.end() || std::next(found) == entries_.end()) return std::nullopt;
  return copy(*found, 0);
}

std::vector<HeldSegment> SegmentTable::sealed_after(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  std::vector<HeldSegment> found;
  for (const auto& one : entries_) {
    if (one.segment.header->number > number && one.segment.seal) found.push_back(one.segment);
  }
  return found;
}

std::optional<HeldSegment> SegmentTable::oldest() const {
  const std::lock_guard lock(mutex_);
  if (entries_.empty()) return std::nullopt;
  return copy(entries_.front(), 0);
}

std::optional<HeldSegment> SegmentTable::newest() const {
  const std::lock_guard lock(mutex_);
  if (entries_.empty()) return std::nullopt;
  return copy(entries_.back(), 0);
}

std::optional<SegmentTable::Removed> SegmentTable::remove_oldest() {
  const std::lock_guard lock(mutex_);
  if (entries_.size() < 2 || !entries_.front().segment.seal) return std::nullopt;
  Removed removed{.segment = std::move(entries_.front().segment)};
  entries_.pop_front();
  bytes_ -= bytes_of(removed.segment);
  removed.unused = removed.segment.header.use_count() == 1;
  return removed;
}

void SegmentTable::put_back(const HeldSegment& segment) {
  const std::lock_guard lock(mutex_);
  bytes_ += bytes_of(segment);
  entries_.push_front({segment, {}, nullptr});
}

std::uint64_t SegmentTable::first() const {
  const std::lock_guard lock(mutex_);
  return entries_.empty() ? 1 : entries_.front().segment.header->first;
}

std::uint64_t SegmentTable::last() const {
  const std::lock_guard lock(mutex_);
  return entries_.empty() ? 0 : entries_.back().segment.last;
}

core::StreamFigures SegmentTable::figures() const {
  const std::lock_guard lock(mutex_);
  core::StreamFigures figures{.bytes = bytes_, .segments = entries_.size()};
  for (const auto& one : entries_) {
    if (figures.oldest == 0) figures.oldest = one.segment.first_timestamp;
  }
  return figures;
}

std::uint64_t SegmentTable::bytes_held_from(std::uint64_t sequence) const {
  const std::lock_guard lock(mutex_);
  if (entries_.size() < 2 || entries_.front().segment.last < sequence) return 0;
  return bytes_;
}

}  // namespace fanfare::broker::journal
