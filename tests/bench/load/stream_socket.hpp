#pragma once
// A TCP connection that never waits, for the protocols that are spoken here byte by byte. What is sent is not copied: a
// block stays where it is until it has left. What comes is read into one large buffer. Owned by one endpoint.

#include <zmq.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/process/file_descriptor.hpp"

namespace fanfare::load {

class StreamSocket {
 public:
  /// `host:port`, host as a number. Throws when nobody answers there.
  explicit StreamSocket(const std::string& address);

  /// Nothing waits to be sent.
  [[nodiscard]] bool is_idle() const { return block_.empty() && small_.empty(); }
  /// Sends a block that the caller keeps until is_idle(); only when it is.
  void send_block(std::string_view block);
  /// Sends a few bytes, behind the block that is on its way.
  void send_small(std::string_view bytes) { small_.append(bytes); }
  /// Sends as much of it as the kernel takes.
  void flush();

  /// Reads once; false when nothing had come. Throws when the other side has closed.
  bool fill();
  /// The last fill() took everything that had come.
  [[nodiscard]] bool is_drained() const { return drained_; }
  /// What was read and not yet consumed.
  [[nodiscard]] std::string_view input() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes) { begin_ += bytes; }

  /// Flushes and reads until `take`, which looks at input() and consumes of it, says that it has what it wanted.
  void wait_for(const std::function<bool()>& take, std::chrono::milliseconds patience);

  [[nodiscard]] zmq_pollitem_t interest() const;

 private:
  /// Sends the first bytes of `bytes` and cuts them off.
  bool send_some(std::string_view& bytes);

  runtime::FileDescriptor socket_;
  std::string_view block_;
  std::string small_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool drained_ = false;
};

}  // namespace fanfare::load
