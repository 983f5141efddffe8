#include "broker/journal/batch_cursor.hpp"

#include <algorithm>

namespace fanfare::broker::journal {

/// `size` bytes at `offset`, fewer at the end.
IoResult<std::string_view> BatchCursor::bytes(std::uint64_t offset, std::size_t size) {
  if (offset >= end_) return std::string_view();
  size = static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - offset));
  if (offset < read_at_ || offset + size > read_at_ + read_.size()) {
    const auto wanted = std::min<std::uint64_t>(std::max(size, piece_), end_ - offset);
    auto read = file_.read(offset, static_cast<std::size_t>(wanted));
    if (!read) return read.error();
    read_ = std::move(*read);
    read_at_ = offset;
    bytes_read_ += read_.size();
  }
  return std::string_view(read_).substr(static_cast<std::size_t>(offset - read_at_), size);
}

IoResult<std::optional<ReadBatch>> BatchCursor::next() {
  const auto begin = bytes(offset_, kBatchHeaderSize);
  if (!begin) return begin.error();
  const auto header = decode_batch_header(*begin, segment_);
  if (!header || header->size > end_ - offset_) return std::optional<ReadBatch>();
  const auto all = bytes(offset_, header->size);
  if (!all) return all.error();
  const auto view = BatchView::open(*all, segment_);
  if (!view || all->size() < header->size) return std::optional<ReadBatch>();
  const ReadBatch batch{.view = *view, .bytes = *all, .offset = offset_};
  offset_ = aligned(offset_ + header->size, kBatchAlignment);
  return std::optional(batch);
}

IoResult<std::optional<BatchHeader>> BatchCursor::skip_to_header() {
  while (offset_ + kBatchAlignment < end_) {
    offset_ += kBatchAlignment;
    const auto begin = bytes(offset_, kBatchHeaderSize);
    if (!begin) return begin.error();
    if (const auto header = decode_batch_header(*begin, segment_)) return std::optional(*header);
  }
  return std::optional<BatchHeader>();
}

}  // namespace fanfare::broker::journal
