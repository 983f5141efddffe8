#include "broker/journal/segment_reader.hpp"

#include "protocol/record.hpp"

namespace fanfare::broker::journal {
namespace {

constexpr std::size_t kPiece = 128U * 1024U;
constexpr std::size_t kTimestampAt = 16;

}  // namespace

bool SegmentReader::open(const HeldSegment& segment) {
  const bool is_same =
      segment_ && segment_->header->number == segment.header->number && segment_->data_end == segment.data_end;
  if (is_same) return true;
  close();
  auto file = stream_.files.files().open(stream_.files.segment(segment.header->number), FileSystem::Open::read);
  if (!file) return false;
  file_ = std::move(*file);
  segment_ = segment;
  footer_ = footers_.get(stream_.files, segment, bytes_read_);
  cursor_.emplace(*file_, SegmentIdentity(*segment.header), kBatchesAt, end_of_data(segment), kPiece);
  return true;
}

void SegmentReader::close() {
  if (cursor_) bytes_read_ += cursor_->bytes_read();
  batch_.reset();
  cursor_.reset();
  file_.reset();
  footer_.reset();
  segment_.reset();
}

std::optional<ReadBatch> SegmentReader::find(const HeldSegment& segment, std::uint64_t sequence) {
  if (!open(segment)) return std::nullopt;
  const auto has = [&](const ReadBatch& batch) {
    return batch.view.header().first <= sequence && sequence <= batch.view.header().last();
  };
  if (batch_ && has(*batch_)) return batch_;
  auto begin = segment.begin;
  if (footer_) {
    const auto at = footer_->view.index_before(sequence);
    if (at < footer_->view.index_size()) begin = footer_->view.index(at).offset;
  }
  cursor_->seek(begin);
  while (true) {
    const auto batch = cursor_->next();
    batch_.reset();  // its bytes may be gone
    if (!batch || !*batch || (**batch).view.header().first > sequence) return std::nullopt;
    batch_ = **batch;
    if (has(*batch_)) return batch_;
  }
}

std::optional<std::uint64_t> SegmentReader::first_at(std::int64_t timestamp) {
  const auto segment = stream_.segments.at_time(timestamp);
  if (!segment || !open(*segment)) return std::nullopt;
  auto begin = segment->begin;
  if (footer_) {
    const auto at = footer_->view.index_earlier(timestamp);
    if (at < footer_->view.index_size()) begin = footer_->view.index(at).offset;
  }
  batch_.reset();
  cursor_->seek(begin);
  while (true) {
    const auto batch = cursor_->next();
    // What can't be read here is met, and told, by the reading that follows.
    if (!batch || !*batch) return segment->header->first;
    const auto& header = (**batch).view.header();
    for (std::uint32_t i = 0; i < header.count; ++i) {
      const auto record = (**batch).record(i);
      if (record && protocol::load<std::int64_t>(record->data() + kTimestampAt) >= timestamp) return header.first + i;
    }
  }
}

}  // namespace fanfare::broker::journal
