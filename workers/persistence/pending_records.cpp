#include "workers/persistence/pending_records.hpp"

#include <algorithm>
#include <utility>

namespace fanfare::workers::persistence {
namespace {

std::size_t size_of(const PendingRecord& pending) {
  return pending.record.message ? pending.record.message->text.size() : 0;
}

}  // namespace

bool PendingRecords::is_full() const { return records_.size() >= 2 * bounds_.batch || bytes_ >= bounds_.bytes; }

void PendingRecords::add(PendingRecord record, TimePoint now) {
  bytes_ += size_of(record);
  records_.push_back({std::move(record), now});
}

std::optional<common::TimePoint> PendingRecords::oldest() const {
  std::optional<common::TimePoint> oldest;
  for (const Entry& entry : records_) {
    if (!oldest || entry.record.recorded_at < *oldest) oldest.emplace(entry.record.recorded_at);
  }
  return oldest;
}

std::optional<PendingRecords::TimePoint> PendingRecords::due() const {
  if (records_.empty()) return std::nullopt;
  const TimePoint since = records_.front().since;
  return records_.size() >= bounds_.batch || is_full() ? since : since + bounds_.linger;
}

std::vector<PendingRecord> PendingRecords::take() {
  std::vector<PendingRecord> batch;
  const std::size_t count = std::min(records_.size(), bounds_.batch);
  batch.reserve(count);
  for (std::size_t index = 0; index < count; ++index) {
    bytes_ -= size_of(records_.front().record);
    batch.push_back(std::move(records_.front().record));
    records_.pop_front();
  }
  return batch;
}

std::vector<PendingRecord> PendingRecords::take_revoked() {
  std::vector<PendingRecord> revoked;
  std::erase_if(records_, [&](Entry& entry) {
    if (!entry.record.delivery->revoked()) return false;
    bytes_ -= size_of(entry.record);
    revoked.push_back(std::move(entry.record));
    return true;
  });
  return revoked;
}

}  // namespace fanfare::workers::persistence
