#include "broker/journal/segment_check.hpp"

#include <algorithm>
#include <utility>

#include "broker/journal/segment_scan.hpp"
#include "broker/journal/stream_files.hpp"

namespace fanfare::broker::journal {
namespace {

/// The value, or nullopt after the place was reported.
std::optional<std::string> read(const File& file, std::uint64_t offset, std::size_t size) {
  auto bytes = file.read(offset, size);
  return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
}

/// The seal that the batches of the present segment ask for.
Seal seal_for(const BatchCheck& batches, const SegmentHeader& header, std::uint64_t data_end, std::string_view footer) {
  SegmentScan scan;
  scan.last = batches.next().value_or(header.first) - 1;
  scan.data_end = data_end;
  scan.first_timestamp = batches.first_timestamp();
  scan.last_timestamp = batches.last_timestamp();
  return seal_of(scan, footer, seed_of(header));
}

}  // namespace

void SegmentCheck::report(Problem problem) {
  if (report_.problems.size() < kMostProblems) report_.problems.push_back(std::move(problem));
}

void SegmentCheck::bad(const std::string& file, std::uint64_t offset, std::string what, std::uint64_t batch) {
  report({.file = file,
          .offset = offset,
          .what = std::move(what),
          .batch = batch,
          .last = {batches_.last_epoch(), batches_.last()}});
}

void SegmentCheck::bad_but_rebuilt(const std::string& file, std::uint64_t offset, std::string what) {
  report({.file = file, .offset = offset, .what = std::move(what), .rebuilt = true});
}

void SegmentCheck::miss(std::uint64_t number) {
  bad(segment_name(number), 0, "the segment is missing", 0);
  batches_.lose(std::nullopt);
}

void SegmentCheck::check(std::uint64_t number, const Expected& expected) {
  Segment segment{.name = segment_name(number)};
  const auto file = files_.open(report_.folder + "/" + segment.name, FileSystem::Open::read);
  const auto size = file ? (*file)->size() : IoResult<std::uint64_t>(file.error());
  if (!size) {
    bad(segment.name, 0, size.error().message, 0);
    batches_.lose(std::nullopt);
    return;
  }
  segment.size = *size;
  ++report_.segments;
  report_.bytes += *size;
  segment.header.number = number;
  if (!begin(**file, segment)) {
    batches_.lose(std::nullopt);
    return;
  }
  check_header(segment);
  batches_.begin_segment(segment.header);
  const auto problems = report_.problems.size();
  const auto data_end = read_batches(**file, segment, expected);
  before_ = segment.header;
  if (report_.problems.size() > problems) return;  // what follows from the batches can't be told
  if (segment.seal) {
    const auto footer = StreamFiles::read_footer(**file, *segment.seal, seed_of(segment.header));
    if (!footer || !*footer) {
      bad_but_rebuilt(segment.name, segment.seal->footer_offset, "the footer is damaged");
    } else if (**footer != encode_footer(batches_.contents())) {
      bad_but_rebuilt(segment.name, segment.seal->footer_offset, "the footer does not list what the segment holds");
    } else {
      check_seal(segment, data_end);
    }
  } else {
    check_missing_seal(**file, segment, data_end, expected);
  }
}

/// Header and seal; false, and reported, when the header is none.
bool SegmentCheck::begin(const File& file, Segment& segment) {
  const auto page = read(file, 0, kBatchesAt);
  if (!page) {
    bad(segment.name, 0, "the header can't be read", 0);
    return false;
  }
  const auto header = decode_segment_header(*page);
  if (!header || header->number != segment.header.number) {
    bad(segment.name, 0,
        is_of_later_version(*page) ? "it was written by a later version"
        : header                   ? "the header belongs to segment " + std::to_string(header->number)
                                   : "the header is damaged",
        0);
    return false;
  }
  segment.header = *header;
  segment.seal = page->size() >= kSealAt + kSealSize
                     ? decode_seal(std::string_view(*page).substr(kSealAt), seed_of(*header))
                     : std::nullopt;
  return true;
}

void SegmentCheck::check_header(const Segment& segment) {
  const auto& header = segment.header;
  if (before_ && header.epoch < before_->epoch) bad(segment.name, 0, "its epoch is older than the one before it", 0);
  if (before_ && batches_.next() && header.first != *batches_.next()) {
    bad(segment.name, 0,
        "it begins at sequence " + std::to_string(header.first) + " instead of " + std::to_string(*batches_.next()), 0);
    batches_.lose(std::nullopt);
  }
  if (header.last_topic < batches_.last_topic()) {
    bad(segment.name, 0, "a greater topic number was given before it", 0);
  }
}

std::uint64_t SegmentCheck::read_batches(const File& file, const Segment& segment, const Expected& expected) {
  const SegmentIdentity identity(segment.header);
  const auto end = segment.seal ? std::min(segment.seal->data_end, segment.size) : segment.size;
  const auto until = !segment.seal && expected.next ? expected.next->first : kMaxSequence + 1;
  std::uint64_t offset = kBatchesAt;
  while (offset < end && batches_.next().value_or(0) < until) {
    BatchCursor cursor(file, identity, offset, end);
    std::optional<BadPlace> wrong;
    while (cursor.offset() < end && batches_.next().value_or(0) < until) {
      offset = cursor.offset();
      const auto batch = cursor.next();
      if (!batch) wrong = BadPlace{offset, batch.error().message};
      if (batch && !*batch) wrong = BadPlace{offset, "the batch is damaged"};
      if (batch && *batch) wrong = batches_.take(**batch);
      if (wrong) break;
      offset = cursor.offset();
    }
    if (!wrong) return offset;
    if (!segment.seal && !expected.next && is_torn_tail(file, segment, expected, offset)) return offset;
    bad(segment.name, wrong->offset, std::move(wrong->what), offset);
    const auto next = find_header(file, segment, offset, end);
    batches_.lose(std::nullopt);
    if (!next) return offset;
    offset = *next;
  }
  const bool is_short =
      segment.seal ? offset != segment.seal->data_end : expected.next && batches_.next().value_or(until) < until;
  if (is_short) bad(segment.name, offset, "the batches end too early", offset);
  return offset;
}

bool SegmentCheck::is_torn_tail(const File& file, const Segment& segment, const Expected& expected,
                                std::uint64_t offset) {
  if (offset < expected.closed_at) return false;
  const auto behind = headers_behind(file, segment.header, offset);
  const auto synced = std::max(batches_.synced(), behind ? behind->synced : 0);
  if (batches_.next() && *batches_.next() <= synced) return false;
  if (behind && behind->count > 0) {
    report_.notes.push_back(segment.name + ", offset " + std::to_string(offset) +
                            ": a batch that was not written to its end and never acknowledged");
  }
  return true;
}

std::optional<std::uint64_t> SegmentCheck::find_header(const File& file, const Segment& segment, std::uint64_t offset,
                                                       std::uint64_t end) {
  BatchCursor cursor(file, SegmentIdentity(segment.header), offset, end);
  const auto found = cursor.skip_to_header();
  return found && *found ? std::optional(cursor.offset()) : std::nullopt;
}

void SegmentCheck::check_seal(const Segment& segment, std::uint64_t data_end) {
  const auto footer = encode_footer(batches_.contents());
  if (*segment.seal != seal_for(batches_, segment.header, data_end, footer)) {
    bad_but_rebuilt(segment.name, kSealAt, "the seal does not say what the segment holds");
  }
}

/// A segment may lack its seal while it is written to, and until the thread that seals got to it. A seal that is nearly
/// right was written and has decayed: what else may stand there is zeros, or the seal of what a recycled file was
/// before.
void SegmentCheck::check_missing_seal(const File& file, const Segment& segment, std::uint64_t data_end,
                                      const Expected& expected) {
  constexpr std::ptrdiff_t kNearly = 8;
  const auto footer = encode_footer(batches_.contents());
  const auto seal = encode(seal_for(batches_, segment.header, data_end, footer), seed_of(segment.header));
  const auto there = read(file, kSealAt, kSealSize);
  std::ptrdiff_t differing = 0;
  for (std::size_t i = 0; there && i < std::min(seal.size(), there->size()); ++i) differing += seal[i] != (*there)[i];
  if (differing < kNearly) {
    bad_but_rebuilt(segment.name, kSealAt, "the seal is damaged");
  } else if (!expected.is_recent) {
    report_.notes.push_back(segment.name + ": it has no seal; the next start gives it one");
  }
}

}  // namespace fanfare::broker::journal
