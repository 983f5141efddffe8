#include "broker/core/recent_records.hpp"

#include <algorithm>

#include "protocol/record.hpp"

namespace fanfare::broker::core {

bool cut_record(std::string_view& rest, RecordView& record) {
  if (rest.size() < protocol::kRecordHeaderSize) return false;
  const auto size = protocol::load<std::uint32_t>(rest.data());
  if (size < protocol::kRecordHeaderSize || size > rest.size()) return false;
  record.bytes = rest.substr(0, size);
  record.topic = protocol::load<std::uint32_t>(rest.data() + sizeof size);
  record.sequence = protocol::load<std::uint64_t>(rest.data() + protocol::kRecordSequenceAt);
  rest.remove_prefix(size);
  return true;
}

void RecentRecords::add(std::shared_ptr<const std::string> records, std::uint64_t first, std::uint32_t count) {
  bytes_ += records->size();
  chunks_.push_back({std::move(records), first + count - 1});
  while (bytes_ > bound_ && !chunks_.empty()) {
    bytes_ -= chunks_.front().records->size();
    first_ = chunks_.front().last + 1;
    chunks_.pop_front();
  }
}

void RecentRecords::visit(std::uint64_t sequence, const std::function<bool(const RecordView&)>& take) const {
  auto chunk = std::ranges::lower_bound(chunks_, sequence + 1, {}, &Chunk::last);
  for (; chunk != chunks_.end(); ++chunk) {
    std::string_view rest = *chunk->records;
    for (RecordView record; cut_record(rest, record);) {
      if (record.sequence > sequence && !take(record)) return;
    }
  }
}

}  // namespace fanfare::broker::core
