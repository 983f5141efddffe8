#pragma once
// A session with the broker in frames, without the SDK: greets, keeps to the credit it was given, gives credit for what
// it has handled, and hands on every other command. PROTOCOL.md §§2, 3, 6. Owned by one endpoint.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/frame.hpp"
#include "tests/bench/load/work.hpp"
#include "tests/bench/load/zmq_endpoint.hpp"

namespace fanfare::load {

class FanfareConnection {
 public:
  /// Says HELLO and `first`, free commands that follow it, and waits until WELCOME and `answers` OK have come.
  FanfareConnection(zmq::context_t& context, const Work& work, std::string_view first, int answers);

  /// Bytes of data commands that may be sent now.
  [[nodiscard]] std::uint64_t room() const { return limit_ - sent_; }
  /// Sends a frame with `data_bytes` of data commands; false when the connection is lost.
  bool send(zmq::message_t frame, std::size_t data_bytes);

  /// Reads the frames that have come. `handle` gets each command that is not the connection's own.
  template <class Handle>
  void receive(const Handle& handle) {
    while (endpoint_.receive(frame_)) {
      protocol::FrameReader reader(frame_.to_string_view());
      while (const auto command = reader.next()) {
        if (!take(*command)) handle(*command);
        if (owes_credit()) give_credit();
      }
      if (reader.error()) throw std::runtime_error("the broker sent a malformed frame");
    }
    if (handled_ != told_) give_credit();
  }

  [[nodiscard]] zmq_pollitem_t interest() const { return endpoint_.interest(); }

 private:
  /// Counts a command; true when it concerns the connection.
  bool take(const protocol::RawCommand& command);
  [[nodiscard]] bool owes_credit() const;
  void give_credit();

  ZmqEndpoint endpoint_;
  zmq::message_t frame_;
  std::size_t window_;
  bool welcomed_ = false;
  std::uint64_t limit_ = 0;  // of what we send
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;    // counted commands
  std::uint64_t handled_ = 0;     // bytes of data commands
  std::uint64_t told_ = 0;        // of them, in the last CREDIT
  std::uint64_t free_bytes_ = 0;  // counted commands without data since then
};

}  // namespace fanfare::load
