#include "sdk/session/send_log.hpp"

#include <algorithm>

namespace fanfare::session {

void SendLog::sent(std::size_t size, Entry entry) {
  if (entry.data) {
    bytes_ += size;
    ++outstanding_;
  }
  log_.push_back(std::move(entry));
  ++sent_;
  ++repeated_;
}

void SendLog::sent(std::size_t size, std::uint64_t publish) {
  if (log_.empty() || log_.back().bytes != nullptr || log_.back().publish + log_.back().count != publish) {
    return sent(size, {.publish = publish, .bytes = nullptr});
  }
  bytes_ += size;
  ++outstanding_;
  ++log_.back().count;
  ++sent_;
  ++repeated_;
}

std::uint64_t SendLog::drop(std::uint64_t count) {
  std::uint64_t data = 0;
  while (count > 0) {
    auto& first = log_.front();
    const auto taken = std::min(count, first.count);
    if (first.data) data += taken;
    first.publish += taken;
    first.count -= taken;
    count -= taken;
    if (entry_ == 0) within_ -= std::min(within_, taken);
    if (first.count > 0) break;
    log_.pop_front();
    if (entry_ > 0) --entry_;
  }
  return data;
}

bool SendLog::credit(std::uint64_t received, std::uint64_t limit) {
  limit_ = std::max(limit_, limit);
  if (received < received_) return true;
  const auto confirmed = received - received_;
  if (confirmed > repeated_) return false;
  outstanding_ -= drop(confirmed);
  repeated_ -= confirmed;
  received_ = received;
  return true;
}

void SendLog::begin(std::uint64_t limit) {
  *this = {};
  limit_ = limit;
}

bool SendLog::resume(std::uint64_t received, std::uint64_t limit) {
  if (received < received_ || received > sent_) return false;
  drop(received - received_);
  received_ = received;
  bytes_ = 0;
  limit_ = limit;
  outstanding_ = 0;
  repeated_ = 0;
  entry_ = 0;
  within_ = 0;
  return true;
}

SendLog::Repeat SendLog::to_repeat() const {
  const auto& entry = log_[entry_];
  return {.publish = entry.publish + within_, .bytes = entry.bytes.get(), .data = entry.data};
}

void SendLog::repeated(std::size_t size) {
  const auto& entry = log_[entry_];
  if (entry.data) {
    bytes_ += size;
    ++outstanding_;
  }
  ++repeated_;
  if (++within_ < entry.count) return;
  ++entry_;
  within_ = 0;
}

}  // namespace fanfare::session
