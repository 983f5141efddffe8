#include "sdk/session/send_log.hpp"

#include <algorithm>

namespace fanfare::session {

void SendLog::sent(std::size_t size, Entry entry) {
  log_.push_back(std::move(entry));
  ++sent_;
  ++repeat_;
  bytes_ += size;
}

bool SendLog::credit(std::uint64_t handled, std::uint64_t limit) {
  limit_ = std::max(limit_, limit);
  if (handled < handled_) return true;
  const auto confirmed = handled - handled_;
  if (confirmed > repeat_) return false;
  log_.erase(log_.begin(), log_.begin() + static_cast<std::ptrdiff_t>(confirmed));
  repeat_ -= confirmed;
  handled_ = handled;
  return true;
}

void SendLog::begin(std::uint64_t limit) {
  *this = {};
  limit_ = limit;
}

bool SendLog::resume(std::uint64_t handled, std::uint64_t limit) {
  if (handled < handled_ || handled > sent_) return false;
  log_.erase(log_.begin(), log_.begin() + static_cast<std::ptrdiff_t>(handled - handled_));
  handled_ = handled;
  bytes_ = 0;
  limit_ = limit;
  repeat_ = 0;
  return true;
}

void SendLog::repeated(std::size_t size) {
  ++repeat_;
  bytes_ += size;
}

}  // namespace fanfare::session
