#include "broker/core/recent_ids.hpp"

namespace fanfare::broker::core {

const RecentIds::Entry* RecentIds::find(const Uuid& id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : &found->second;
}

void RecentIds::taken(const Uuid& id, std::uint64_t fingerprint, std::chrono::microseconds now) {
  while (!by_age_.empty() && (by_age_.size() >= kMax || now - by_age_.front().at > kWindow)) {
    entries_.erase(by_age_.front().id);
    by_age_.pop_front();
  }
  entries_.insert_or_assign(id, Entry{.fingerprint = fingerprint});
  by_age_.push_back({now, id});
}

void RecentIds::committed(const Uuid& id, std::uint64_t sequence) {
  const auto found = entries_.find(id);
  if (found != entries_.end()) found->second.sequence = sequence;
}

}  // namespace fanfare::broker::core
