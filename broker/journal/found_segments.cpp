#include "broker/journal/found_segments.hpp"

#include <algorithm>
#include <utility>

namespace fanfare::broker::journal {
namespace {

using runtime::Error;
using runtime::Result;

/// The numbers of the segments, rising by one.
Result<std::vector<std::uint64_t>> numbers_in(const StreamFiles& files) {
  const auto names = files.files().list(files.folder());
  if (!names) return Error{names.error().message};
  std::vector<std::uint64_t> numbers;
  for (const auto& name : *names) {
    if (const auto number = segment_number(name)) numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    if (numbers[i] != numbers[i - 1] + 1) return damage(files, numbers[i - 1] + 1, 0, "the file is missing");
  }
  return numbers;
}

/// Header and seal.
Result<FoundSegment> first_page(const StreamFiles& files, std::uint64_t number) {
  const auto file = files.files().open(files.segment(number), FileSystem::Open::read);
  if (!file) return Error{file.error().message};
  const auto page = (*file)->read(0, kBatchesAt);
  if (!page) return Error{page.error().message};
  if (is_of_later_version(*page)) {
    return Error{files.segment(number), " was written by a later version of Fanfare than this one"};
  }
  const auto header = decode_segment_header(*page);
  if (!header || header->number != number) return damage(files, number, 0, "its header is not as it was written");
  FoundSegment found{.header = *header};
  if (page->size() == kBatchesAt) found.seal = decode_seal(std::string_view(*page).substr(kSealAt), seed_of(*header));
  if (found.seal && found.seal->last + 1 < header->first) return damage(files, number, kSealAt, "its seal is wrong");
  return found;
}

/// Reads a segment without a seal that another one follows: what it held was durable before that one was begun.
Result<SegmentScan> read_whole(const StreamFiles& files, const SegmentHeader& header, std::uint64_t last) {
  const auto file = files.files().open(files.segment(header.number), FileSystem::Open::read);
  if (!file) return Error{file.error().message};
  auto scan = scan_segment(**file, header, last);
  if (!scan) return Error{scan.error().message};
  if (scan->last != last) return damage(files, header.number, scan->data_end, "a batch is not as it was written");
  return std::move(*scan);
}

/// Reads the last segment: where its good batches end, and whether all that was durable is among them.
Result<SegmentScan> read_last(const StreamFiles& files, const SegmentHeader& header,
                              const std::optional<StreamWord>& word, std::uint64_t& torn_batches) {
  const auto file = files.files().open(files.segment(header.number), FileSystem::Open::read);
  if (!file) return Error{file.error().message};
  auto scan = scan_segment(**file, header);
  if (!scan) return Error{scan.error().message};
  const auto tail = headers_behind(**file, header, scan->data_end);
  if (!tail) return Error{tail.error().message};
  torn_batches = tail->count;
  if (scan->last < std::max(scan->synced, tail->synced)) {
    return damage(files, header.number, scan->data_end, "a batch that was durable is not as it was written");
  }
  if (word && word->is_closed && word->segment == header.number && scan->data_end < word->data_end) {
    return damage(files, header.number, scan->data_end, "a batch from before the last stop is not as it was written");
  }
  return std::move(*scan);
}

}  // namespace

Error damage(const StreamFiles& files, std::uint64_t segment, std::uint64_t offset, std::string_view what) {
  const auto& folder = files.folder();
  const auto journal = folder.substr(0, folder.rfind('/'));
  return Error{files.segment(segment),
               " is damaged at offset ",
               std::to_string(offset),
               ": ",
               what,
               "; `fanfare journal verify ",
               journal,
               "` shows all damage, `fanfare journal repair ",
               journal,
               "` cuts the stream before it"};
}

HeldSegment FoundSegment::held() const {
  return {.header = std::make_shared<const SegmentHeader>(header),
          .last = last(),
          .data_end = data_end(),
          .first_timestamp = seal ? seal->first_timestamp : scan->first_timestamp,
          .last_timestamp = last_timestamp(),
          .seal = seal};
}

Result<FoundSegments> find_segments(const StreamFiles& files, const std::optional<StreamWord>& word) {
  const auto numbers = numbers_in(files);
  if (!numbers) return numbers.error();
  FoundSegments found;
  for (const auto number : *numbers) {
    auto segment = first_page(files, number);
    if (!segment) return segment.error();
    found.segments.push_back(std::move(*segment));
  }
  auto& segments = found.segments;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    auto& segment = segments[i];
    const auto* const next = i + 1 < segments.size() ? &segments[i + 1].header : nullptr;
    if (!segment.seal) {
      auto scan = next != nullptr ? read_whole(files, segment.header, next->first - 1)
                                  : read_last(files, segment.header, word, found.torn_batches);
      if (!scan) return scan.error();
      segment.scan = std::move(*scan);
    }
    if (next != nullptr && (next->first != segment.last() + 1 || next->epoch < segment.header.epoch)) {
      return damage(files, next->number, 0, "it does not go on from the segment before it");
    }
  }
  return found;
}

Result<SegmentContents> contents_of(const StreamFiles& files, const FoundSegment& segment,
                                    std::vector<std::string>& notices) {
  if (segment.scan) return segment.scan->contents;
  const auto path = files.segment(segment.header.number);
  const auto file = files.files().open(path, FileSystem::Open::read);
  if (!file) return Error{file.error().message};
  const auto footer = StreamFiles::read_footer(**file, *segment.seal, seed_of(segment.header));
  if (!footer) return Error{footer.error().message};
  if (!*footer) {
    notices.push_back(path + ": its footer is damaged, all of it was read instead");
    auto scan = read_whole(files, segment.header, segment.seal->last);
    if (!scan) return scan.error();
    return std::move(scan->contents);
  }
  const auto view = FooterView::open(**footer);
  SegmentContents contents;
  contents.topics.reserve(view->topics().count());
  view->topics().for_each([&](const ListedTopic& topic) {
    contents.topics.push_back({.number = topic.number, .head = topic.head, .name = std::string(topic.name)});
  });
  for (std::size_t i = 0; i < view->index_size(); ++i) contents.index.push_back(view->index(i));
  contents.ids.reserve(view->id_count());
  for (std::size_t i = 0; i < view->id_count(); ++i) contents.ids.push_back(view->id(i));
  return contents;
}

}  // namespace fanfare::broker::journal
