#pragma once
// The last committed records of a stream, as they are delivered: what a reader has come close to the head with is
// served from here at once, so that records that keep coming can't keep it from arriving. Bounded in bytes, the oldest
// batches go first. Owned by its stream; the core's thread only.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace fanfare::broker::core {

/// The first bytes of a record say how long it is, of which topic and where in the stream.
struct RecordView {
  std::string_view bytes;
  std::uint32_t topic = 0;
  std::uint64_t sequence = 0;
};

/// Cuts the first record off `rest`, whose content is not looked at; false at the end, or when it is none.
[[nodiscard]] bool cut_record(std::string_view& rest, RecordView& record);

class RecentRecords {
 public:
  RecentRecords() = default;
  /// None yet beyond `head`.
  RecentRecords(std::size_t bound, std::uint64_t head) : bound_(bound), first_(head + 1) {}

  /// A batch was committed: `count` records, the first of sequence `first`.
  void add(std::shared_ptr<const std::string> records, std::uint64_t first, std::uint32_t count);

  /// Every record beyond `sequence` is here.
  [[nodiscard]] bool begin_by(std::uint64_t sequence) const { return sequence + 1 >= first_; }

  /// Shows the records beyond `sequence` in their order, until `take` returns false.
  void visit(std::uint64_t sequence, const std::function<bool(const RecordView&)>& take) const;

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Chunk {
    std::shared_ptr<const std::string> records;
    std::uint64_t last;
  };

  std::size_t bound_ = 0;
  std::deque<Chunk> chunks_;
  std::size_t bytes_ = 0;
  std::uint64_t first_ = 1;  // of the first chunk, or of the one that comes next
};

}  // namespace fanfare::broker::core
