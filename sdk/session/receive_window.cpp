#include "sdk/session/receive_window.hpp"

namespace fanfare::session {

DataIndex ReceiveWindow::arrived(std::size_t size) {
  ++received_;
  open_.push_back({++last_, size, false});
  return last_;
}

void ReceiveWindow::arrived_free(std::size_t size) {
  ++received_;
  free_bytes_ += size;
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
    bytes_ += open_.front().size;
    open_.pop_front();
  }
}

bool ReceiveWindow::owes_credit(bool idle) const {
  if (idle && bytes_ != told_bytes_) return true;
  return bytes_ - told_bytes_ >= window_ / 4 || free_bytes_ >= window_ / 4;
}

protocol::Credit ReceiveWindow::give_credit() {
  told_received_ = received_;
  told_bytes_ = bytes_;
  free_bytes_ = 0;
  return {.received = received_, .limit = bytes_ + window_};
}

void ReceiveWindow::begin(bool resumed) {
  // What still waits for handlers came on an earlier connection and does not count in this one's bytes.
  for (auto& open : open_) open.size = 0;
  if (!resumed) received_ = 0;
  told_received_ = received_;
  free_bytes_ = 0;
  bytes_ = 0;
  told_bytes_ = 0;
}

}  // namespace fanfare::session
