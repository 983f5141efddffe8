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
  ++repeat_;
}

bool SendLog::credit(std::uint64_t received, std::uint64_t limit) {
  limit_ = std::max(limit_, limit);
  if (received < received_) return true;
  const auto confirmed = received - received_;
  if (confirmed > repeat_) return false;
  const auto end = log_.begin() + static_cast<std::ptrdiff_t>(confirmed);
  outstanding_ -=
      static_cast<std::uint64_t>(std::count_if(log_.begin(), end, [](const Entry& one) { return one.data; }));
  log_.erase(log_.begin(), end);
  repeat_ -= confirmed;
  received_ = received;
  return true;
}

void SendLog::begin(std::uint64_t limit) {
  *this = {};
  limit_ = limit;
}

bool SendLog::resume(std::uint64_t received, std::uint64_t limit) {
  if (received < received_ || received > sent_) return false;
  log_.erase(log_.begin(), log_.begin() + static_cast<std::ptrdiff_t>(received - received_));
  received_ = received;
  bytes_ = 0;
  limit_ = limit;
  outstanding_ = 0;
  repeat_ = 0;
  return true;
}

void SendLog::repeated(std::size_t size) {
  if (log_[repeat_].data) {
    bytes_ += size;
    ++outstanding_;
  }
  ++repeat_;
}

}  // namespace fanfare::session
