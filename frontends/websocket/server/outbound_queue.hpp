#pragma once
// The lines that wait for one socket, bounded in bytes; as many as fit go out as one frame. One thread.
// Policy: what does not fit is refused, and the client is then told that it was too slow.

#include <cstddef>
#include <deque>
#include <string_view>
#include <vector>

#include "frontends/websocket/protocol/line.hpp"

namespace fanfare::frontends::websocket::server {

class OutboundQueue {
 public:
  /// One sendmsg takes 64 buffers, and the frame's header is one of them.
  static constexpr std::size_t kMaximalLines = 63;
  static constexpr std::size_t kMaximalFrame = 64U << 10U;

  explicit OutboundQueue(std::size_t bound) : bound_(bound) {}

  /// False when it is full. A line of any size fits an empty queue.
  [[nodiscard]] bool push(const protocol::Line& line) {
    if (bytes_ != 0 && bytes_ + line.size() > bound_) return false;
    bytes_ += line.size();
    lines_.push_back(line);
    return true;
  }

  /// The lines of the next frame; they count until sent() says that they are gone.
  [[nodiscard]] std::vector<protocol::Line> take_frame() {
    std::vector<protocol::Line> frame;
    while (!lines_.empty() && frame.size() < kMaximalLines) {
      if (!frame.empty() && in_frame_ + lines_.front().size() > kMaximalFrame) break;
      in_frame_ += lines_.front().size();
      frame.push_back(std::move(lines_.front()));
      lines_.pop_front();
    }
    return frame;
  }

  void sent() {
    bytes_ -= in_frame_;
    in_frame_ = 0;
  }

  /// Forgets what is not yet in a frame.
  void clear() {
    lines_.clear();
    bytes_ = in_frame_;
  }

  /// Of what waits and of the frame on its way.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] bool empty() const { return lines_.empty(); }

 private:
  const std::size_t bound_;
  std::size_t bytes_ = 0;
  std::size_t in_frame_ = 0;
  std::deque<protocol::Line> lines_;
};

}  // namespace fanfare::frontends::websocket::server
