#include "frontends/websocket/broker/handover.hpp"

namespace fanfare::frontends::websocket::broker {

bool Handover::offer(std::size_t bytes, Work work) {
  {
    std::unique_lock lock(mutex_);
    const auto fits = [&] { return closed_ || waiting_ == 0 || waiting_ + bytes <= limits_.bytes; };
    if (!room_.wait_for(lock, limits_.patience, fits) || closed_) return false;
    waiting_ += bytes;
  }
  post_([this, bytes, work = std::move(work)] {
    {
      const std::lock_guard lock(mutex_);
      waiting_ -= bytes;
    }
    room_.notify_all();
    work();
  });
  return true;
}

void Handover::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  room_.notify_all();
}

}  // namespace fanfare::frontends::websocket::broker
