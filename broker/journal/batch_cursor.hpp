#pragma once
// Reads the batches of a segment one after the other, in large pieces. Owned by whoever reads; one thread. Gives only
// batches whose header, definitions and table are as they were written; their records are for the caller to check.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "broker/journal/batch_format.hpp"
#include "broker/journal/file_system.hpp"

namespace fanfare::broker::journal {

struct ReadBatch {
  BatchView view;
  std::string_view bytes;    ///< all of it, until the next call
  std::uint64_t offset = 0;  ///< where it begins in the file

  /// Nullopt when the record with this index is not as it was written.
  [[nodiscard]] std::optional<std::string_view> record(std::uint32_t index) const { return view.record(index, bytes); }
};

class BatchCursor {
 public:
  /// Begins at `offset`, never reads beyond `end` (at most the file's size), in pieces of `piece` bytes.
  BatchCursor(const File& file, const SegmentIdentity& segment, std::uint64_t offset, std::uint64_t end,
              std::size_t piece = 1U << 20U)
      : file_(file), segment_(segment), offset_(offset), end_(end), piece_(piece) {}

  /// The batch at offset(), which is then behind it; nullopt when there is none as it was written.
  [[nodiscard]] IoResult<std::optional<ReadBatch>> next();
  /// Looks for the next place behind offset() with the header of a batch, and goes there; nullopt: there is none.
  [[nodiscard]] IoResult<std::optional<BatchHeader>> skip_to_header();

  /// Goes to another place; what was read already is not read again.
  void seek(std::uint64_t offset) { offset_ = offset; }
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  [[nodiscard]] IoResult<std::string_view> bytes(std::uint64_t offset, std::size_t size);

  const File& file_;
  SegmentIdentity segment_;
  std::uint64_t offset_;
  std::uint64_t end_;
  std::size_t piece_;
  std::string read_;
  std::uint64_t read_at_ = 0;
  std::uint64_t bytes_read_ = 0;
};

}  // namespace fanfare::broker::journal
