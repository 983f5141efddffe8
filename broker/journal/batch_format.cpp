#include "broker/journal/batch_format.hpp"

#include <fanfare/position.hpp>

#include <cstring>

#include "protocol/record.hpp"
#include "protocol/wire.hpp"

namespace fanfare::broker::journal {
namespace {

using protocol::crc32c;
using protocol::load;
using protocol::store;

constexpr std::string_view kMagic = "FfBt";
constexpr std::size_t kCheckedAt = 8;  // behind magic and CRC
constexpr std::size_t kSyncedAt = 48;

}  // namespace

std::optional<BatchHeader> decode_batch_header(std::string_view bytes, const SegmentIdentity& segment) {
  if (bytes.size() < kBatchHeaderSize || !bytes.starts_with(kMagic)) return std::nullopt;
  const auto rest = bytes.substr(kCheckedAt, kBatchHeaderSize - kCheckedAt);
  if (load<std::uint32_t>(bytes.data() + kMagic.size()) != crc32c(rest, segment.seed)) return std::nullopt;

  BatchHeader header;
  std::uint64_t number = 0;
  Uuid epoch;
  std::uint64_t reserved = 0;
  protocol::Reader reader(rest);
  reader(header.size, header.count, number, epoch, header.first, header.synced, header.timestamp, header.definitions,
         header.head_crc, reserved);
  if (number != segment.number || epoch != segment.epoch || header.count == 0 || header.first == 0) return std::nullopt;
  if (header.first > kMaxSequence || header.last() > kMaxSequence) return std::nullopt;
  const auto least = kBatchHeaderSize + std::uint64_t{header.definitions} +
                     std::uint64_t{header.count} * (kTableEntrySize + protocol::kRecordHeaderSize);
  if (header.size < least) return std::nullopt;
  return header;
}

protocol::Crc32cLane record_lane(std::string_view record, std::uint32_t seed) {
  constexpr auto kBehind = protocol::kRecordSequenceAt + sizeof(std::uint64_t);
  return {.bytes = record.substr(kBehind), .crc = crc32c(record.substr(0, protocol::kRecordSequenceAt), seed)};
}

std::uint32_t record_crc(std::string_view record, std::uint32_t seed) {
  const auto lane = record_lane(record, seed);
  return crc32c(lane.bytes, lane.crc);
}

std::optional<Definition> next_definition(std::string_view& rest) {
  constexpr std::size_t kBefore = 5;  // number and size
  if (rest.size() < kBefore) return std::nullopt;
  const auto size = static_cast<std::uint8_t>(rest[kBefore - 1]);
  if (rest.size() < kBefore + size) return std::nullopt;
  const Definition definition{.topic = load<std::uint32_t>(rest.data()), .name = rest.substr(kBefore, size)};
  rest.remove_prefix(kBefore + size);
  return definition;
}

std::optional<BatchView> BatchView::open(std::string_view head, const SegmentIdentity& segment) {
  const auto header = decode_batch_header(head, segment);
  if (!header || head.size() < header->head_size()) return std::nullopt;
  const auto checked = head.substr(kBatchHeaderSize, header->head_size() - kBatchHeaderSize);
  if (crc32c(checked, segment.seed) != header->head_crc) return std::nullopt;

  BatchView view;
  view.header_ = *header;
  view.definitions_ = checked.substr(0, header->definitions);
  view.table_ = checked.substr(header->definitions);
  view.seed_ = segment.seed;
  auto rest = view.definitions_;
  while (!rest.empty()) {
    if (!next_definition(rest)) return std::nullopt;
  }
  std::uint64_t least = header->head_size();
  for (std::uint32_t i = 0; i < header->count; ++i) {
    const auto at = view.offset(i);
    if (i == 0 ? at != least : at < least) return std::nullopt;
    least = at + protocol::kRecordHeaderSize;
  }
  if (least > header->size) return std::nullopt;
  return view;
}

std::size_t BatchView::offset(std::uint32_t index) const {
  return header_.head_size() + load<std::uint32_t>(table_.data() + std::size_t{index} * kTableEntrySize);
}

std::size_t BatchView::size(std::uint32_t index) const {
  return (index + 1 < header_.count ? offset(index + 1) : header_.size) - offset(index);
}

std::uint64_t BatchView::previous(std::uint32_t index) const {
  return load<std::uint64_t>(table_.data() + std::size_t{index} * kTableEntrySize + 8);
}

bool BatchView::is_record(std::uint32_t index, std::string_view bytes) const {
  return bytes.size() == size(index) && load<std::uint32_t>(bytes.data()) == bytes.size() &&
         load<std::uint64_t>(bytes.data() + protocol::kRecordSequenceAt) == header_.first + index &&
         load<std::uint32_t>(table_.data() + std::size_t{index} * kTableEntrySize + 4) == record_crc(bytes, seed_);
}

std::optional<std::string_view> BatchView::record(std::uint32_t index, std::string_view batch) const {
  if (batch.size() < header_.size) return std::nullopt;
  const auto bytes = batch.substr(offset(index), size(index));
  return is_record(index, bytes) ? std::optional(bytes) : std::nullopt;
}

void BatchWriter::define(std::uint32_t topic, std::string_view name) {
  protocol::Writer{head_}(topic, protocol::ShortText(name));
}

void BatchWriter::begin_table(std::uint32_t count) {
  table_at_ = head_.size();
  head_.resize(head_.size() + std::size_t{count} * kTableEntrySize);
}

void BatchWriter::add(std::uint32_t offset, std::uint32_t crc, std::uint64_t previous) {
  auto* entry = head_.data() + table_at_ + std::size_t{count_++} * kTableEntrySize;
  store(entry, offset);
  store(entry + 4, crc);
  store(entry + 8, previous);
}

std::string BatchWriter::finish(std::uint64_t first, std::int64_t timestamp, std::size_t records_size) && {
  const auto checked = std::string_view(head_).substr(kBatchHeaderSize);
  std::string header(kMagic);
  protocol::Writer{header}(std::uint32_t{0}, static_cast<std::uint32_t>(head_.size() + records_size), count_,
                           segment_.number, segment_.epoch, first, std::uint64_t{0}, timestamp,
                           static_cast<std::uint32_t>(table_at_ - kBatchHeaderSize), crc32c(checked, segment_.seed),
                           std::uint64_t{0});
  std::memcpy(head_.data(), header.data(), kBatchHeaderSize);
  set_synced(head_, 0, segment_.seed);
  return std::move(head_);
}

void set_synced(std::string& head, std::uint64_t synced, std::uint32_t seed) {
  store(head.data() + kSyncedAt, synced);
  const auto rest = std::string_view(head).substr(kCheckedAt, kBatchHeaderSize - kCheckedAt);
  store(head.data() + kMagic.size(), crc32c(rest, seed));
}

}  // namespace fanfare::broker::journal
