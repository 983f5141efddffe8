#pragma once
// The segments of a stream, one after the other: whether each is as it was written and goes on where the one before it
// ended. Owned by a verification; one thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker/journal/batch_check.hpp"
#include "broker/journal/file_system.hpp"
#include "broker/journal/segment_format.hpp"
#include "broker/journal/verify.hpp"

namespace fanfare::broker::journal {

class SegmentCheck {
 public:
  SegmentCheck(FileSystem& files, StreamReport& report) : files_(files), report_(report) {}

  /// What is known of a segment from elsewhere.
  struct Expected {
    std::optional<SegmentHeader> next;  ///< of the segment behind it, when there is one
    bool is_recent = false;             ///< the last, or the one before it
    std::uint64_t closed_at = 0;        ///< its data end after a normal stop; 0: there was none
  };

  void check(std::uint64_t number, const Expected& expected);
  /// The segment is away.
  void miss(std::uint64_t number);
  void report(Problem problem);

  [[nodiscard]] const BatchCheck& batches() const { return batches_; }

 private:
  struct Segment {
    std::string name;
    SegmentHeader header;
    std::optional<Seal> seal;
    std::uint64_t size = 0;
  };

  [[nodiscard]] bool begin(const File& file, Segment& segment);
  void check_header(const Segment& segment);
  /// Reads the batches up to the end of the data, which it returns.
  [[nodiscard]] std::uint64_t read_batches(const File& file, const Segment& segment, const Expected& expected);
  /// At a bad place of a segment that nothing vouches for: whether it was never acknowledged.
  [[nodiscard]] bool is_torn_tail(const File& file, const Segment& segment, const Expected& expected,
                                  std::uint64_t offset);
  /// Where the first batch header behind `offset` is.
  [[nodiscard]] std::optional<std::uint64_t> find_header(const File& file, const Segment& segment, std::uint64_t offset,
                                                         std::uint64_t end);
  void check_seal(const Segment& segment, std::uint64_t data_end);
  void check_missing_seal(const File& file, const Segment& segment, std::uint64_t data_end, const Expected& expected);
  void bad(const std::string& file, std::uint64_t offset, std::string what, std::uint64_t batch);
  void bad_but_rebuilt(const std::string& file, std::uint64_t offset, std::string what);

  FileSystem& files_;
  StreamReport& report_;
  BatchCheck batches_;
  std::optional<SegmentHeader> before_;  ///< of the last segment that had one
};

}  // namespace fanfare::broker::journal
