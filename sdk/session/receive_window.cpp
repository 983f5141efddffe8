#include "sdk/session/receive_window.hpp"

#include <algorithm>

namespace fanfare::session {

DataIndex ReceiveWindow::arrived(std::size_t size) {
  open_.push_back({++received_, size, false});
  return received_;
}

void ReceiveWindow::handled_at_once() {
  open_.back().done = true;
  settle();
}

void ReceiveWindow::handled(DataIndex index) {
  for (auto& open : open_) {
    if (open.index > index) break;
    open.done = true;
  }
  settle();
}

void ReceiveWindow::settle() {
  while (!open_.empty() && open_.front().done) {
    handled_ = open_.front().index;
    bytes_ += open_.front().size;
    open_.pop_front();
  }
}

bool ReceiveWindow::owes_credit(bool idle) const {
  return idle ? handled_ > credited_ : bytes_ - told_bytes_ >= window_ / 4;
}

protocol::Credit ReceiveWindow::give_credit() {
  credited_ = handled_;
  told_bytes_ = bytes_;
  return {.received = std::max(handled_, session_start_) - session_start_, .limit = bytes_ + window_};
}

void ReceiveWindow::begin(bool resumed) {
  // What still waits for handlers came on an earlier connection and does not count in this one's bytes.
  for (auto& open : open_) open.size = 0;
  if (!resumed) session_start_ = received_;
  credited_ = resumed ? handled_ : received_;
  bytes_ = 0;
  told_bytes_ = 0;
}

}  // namespace fanfare::session
