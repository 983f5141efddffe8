#pragma once
// What the core's thread hands to the commit thread: a numbered and encoded batch, or the answer to one that was
// refused, so that answers come in the order of the calls. A value.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "broker/core/journal.hpp"
#include "broker/journal/footer_format.hpp"
#include "broker/journal/segment_format.hpp"

namespace fanfare::broker::journal {

struct CommitItem {
  core::Commit::Outcome outcome = core::Commit::Outcome::committed;  ///< what is asked for
  std::optional<SegmentHeader> begins;      ///< a segment that begins with this batch, in the spare
  std::unique_ptr<SegmentContents> before;  ///< begins: what the segment before it holds; null: not known
  std::uint32_t seed = 0;                   ///< of its segment
  std::uint64_t offset = 0;
  std::uint64_t first = 0;
  std::uint32_t count = 0;
  std::int64_t first_timestamp = 0;
  std::int64_t last_timestamp = 0;
  std::shared_ptr<std::string> head;     ///< header, definitions and table
  std::shared_ptr<std::string> records;  ///< null: refused
  std::uint64_t pending = 0;             ///< bytes that it counts for
  std::string reason;                    ///< why it was refused

  [[nodiscard]] std::uint64_t last() const { return first + count - 1; }
};

}  // namespace fanfare::broker::journal
