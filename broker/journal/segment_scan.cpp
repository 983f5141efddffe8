#include "broker/journal/segment_scan.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "broker/journal/batch_cursor.hpp"
#include "protocol/crc32c.hpp"
#include "protocol/record.hpp"

namespace fanfare::broker::journal {
namespace {

using protocol::Record;

/// Gathers what the batches of one segment hold.
class Gatherer {
 public:
  Gatherer(const SegmentHeader& header, SegmentScan& scan) : header_(header), scan_(scan) {}

  /// False, and nothing is taken, when a record of the batch is bad.
  bool take(const ReadBatch& batch) {
    records_.clear();
    for (std::uint32_t i = 0; i < batch.view.header().count; ++i) {
      auto bytes = batch.record(i);
      const auto record = bytes ? protocol::next_record(*bytes) : std::nullopt;
      if (!record) return false;
      records_.push_back(*record);
    }
    auto definitions = batch.view.definitions();
    while (const auto definition = next_definition(definitions)) define(*definition);
    add_to_index(batch);
    for (const auto& record : records_) {
      if (!add(record)) return false;
    }
    scan_.last = batch.view.header().last();
    scan_.synced = std::max(scan_.synced, batch.view.header().synced);
    scan_.data_end = aligned(batch.offset + batch.view.header().size, kBatchAlignment);
    unsynced_.push_back({.last = scan_.last, .offset = batch.offset});
    while (!unsynced_.empty() && unsynced_.front().last <= scan_.synced) unsynced_.pop_front();
    scan_.unsynced_at = unsynced_.empty() ? scan_.data_end : unsynced_.front().offset;
    return true;
  }

 private:
  void define(const Definition& definition) {
    scan_.last_topic = std::max(scan_.last_topic, definition.topic);
    const auto [at, is_new] = places_.try_emplace(definition.topic, scan_.contents.topics.size());
    if (is_new) scan_.contents.topics.push_back({.number = definition.topic, .name = std::string(definition.name)});
  }

  void add_to_index(const ReadBatch& batch) {
    auto& index = scan_.contents.index;
    if (!index.empty() && batch.offset < index.back().offset + kIndexStep) return;
    const auto& header = batch.view.header();
    index.push_back({.first = header.first, .offset = batch.offset, .timestamp = header.timestamp});
  }

  bool add(const Record& record) {
    const auto found = places_.find(record.topic);
    if (found == places_.end()) return false;  // each topic is defined where the segment first uses it
    auto& topic = scan_.contents.topics[found->second];
    topic.head = record.sequence;
    if (scan_.first_timestamp == 0) scan_.first_timestamp = record.timestamp;
    scan_.last_timestamp = record.timestamp;
    if (record.content.id) {
      scan_.contents.ids.push_back({.id = *record.content.id,
                                    .sequence = static_cast<std::uint32_t>(record.sequence - header_.first),
                                    .fingerprint = protocol::fingerprint_of(topic.name, record.content.payload)});
    }
    return true;
  }

  const SegmentHeader& header_;
  SegmentScan& scan_;
  std::unordered_map<std::uint32_t, std::size_t> places_;  ///< of topics, by number
  std::vector<Record> records_;
  struct Place {
    std::uint64_t last = 0;
    std::uint64_t offset = 0;
  };
  std::deque<Place> unsynced_;  ///< batches
};

}  // namespace

IoResult<SegmentScan> scan_segment(const File& file, const SegmentHeader& header, std::uint64_t last) {
  const auto size = file.size();
  if (!size) return size.error();
  SegmentScan scan;
  scan.last = header.first - 1;
  scan.last_topic = header.last_topic;
  Gatherer gatherer(header, scan);
  BatchCursor cursor(file, SegmentIdentity(header), kBatchesAt, *size);
  while (scan.last < last) {
    const auto batch = cursor.next();
    if (!batch) return batch.error();
    if (!*batch || (**batch).view.header().first != scan.last + 1 || !gatherer.take(**batch)) break;
  }
  std::erase_if(scan.contents.topics, [](const auto& topic) { return topic.head == 0; });
  std::ranges::sort(scan.contents.topics, {}, &SegmentContents::Topic::number);
  return scan;
}

IoResult<TailHeaders> headers_behind(const File& file, const SegmentHeader& header, std::uint64_t offset) {
  const auto size = file.size();
  if (!size) return size.error();
  TailHeaders tail;
  // One step earlier, because the search begins behind where the cursor stands.
  BatchCursor cursor(file, SegmentIdentity(header), offset - kBatchAlignment, *size);
  while (true) {
    const auto found = cursor.skip_to_header();
    if (!found) return found.error();
    if (!*found) return tail;
    if ((**found).synced >= (**found).first) continue;  // nobody wrote that: a batch can't know itself to be durable
    ++tail.count;
    tail.synced = std::max(tail.synced, (**found).synced);
  }
}

Seal seal_of(const SegmentScan& scan, std::string_view footer, std::uint32_t seed) {
  return {.footer_crc = protocol::crc32c(footer, seed),
          .data_end = scan.data_end,
          .last = scan.last,
          .first_timestamp = scan.first_timestamp,
          .last_timestamp = scan.last_timestamp,
          .footer_offset = aligned(scan.data_end, kFooterAlignment),
          .footer_size = footer.size()};
}

}  // namespace fanfare::broker::journal
