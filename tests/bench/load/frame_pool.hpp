#pragma once
// Frames that ZeroMQ sends without copying them: each is written again once libzmq has given it back, from whatever
// thread that happens on. As many as are under way at a time. Owned by one publisher; the pool outlives the ZeroMQ
// context whose sockets send them.

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>
#include <zmq.hpp>

#include "tests/bench/load/message_block.hpp"

namespace fanfare::load {

class FramePool {
 public:
  struct Frame {
    MessageBlock block;
    std::atomic<bool> is_free = true;
  };

  /// `make` encodes a frame when all others are under way.
  explicit FramePool(std::function<MessageBlock()> make) : make_(std::move(make)) {}

  Frame& take() {
    for (std::size_t tried = 0; tried < frames_.size(); ++tried) {
      next_ = (next_ + 1) % frames_.size();
      if (frames_[next_]->is_free.load(std::memory_order_acquire)) return *frames_[next_];
    }
    frames_.push_back(std::make_unique<Frame>(make_()));
    return *frames_.back();
  }

  /// A message of the bytes `view`, which lie in `frame`.
  static zmq::message_t message_of(Frame& frame, std::string_view view) {
    frame.is_free.store(false, std::memory_order_relaxed);
    const auto give_back = [](void*, void* hint) {
      static_cast<Frame*>(hint)->is_free.store(true, std::memory_order_release);
    };
    return {const_cast<char*>(view.data()), view.size(), give_back, &frame};
  }

 private:
  std::function<MessageBlock()> make_;
  std::vector<std::unique_ptr<Frame>> frames_;
  std::size_t next_ = 0;
};

}  // namespace fanfare::load
