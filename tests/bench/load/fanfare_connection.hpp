#pragma once
// A session with the broker in frames, without the SDK: greets, keeps to the credit it was given, gives credit for what
// it has handled, and hands on every other command. PROTOCOL.md §§2, 3, 6. Owned by one endpoint.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/frame.hpp"
#include "tests/bench/load/frame_walker.hpp"
#include "tests/bench/load/stream_socket.hpp"
#include "tests/bench/load/work.hpp"

namespace fanfare::load {

class FanfareConnection {
 public:
  /// Says HELLO and `first`, free commands that follow it, and waits until WELCOME and `answers` OK have come.
  FanfareConnection(const Work& work, std::string_view first, int answers);

  /// Nothing waits to be sent, and this many bytes of data commands may be.
  [[nodiscard]] bool has_room_for(std::size_t data_bytes) const {
    return socket_.is_idle() && limit_ - sent_ >= data_bytes;
  }
  /// Sends a ZMTP message, which the caller keeps until there is room again, with that much data in it.
  void send(std::string_view message, std::size_t data_bytes) {
    sent_ += data_bytes;
    socket_.send_block(message);
  }

  /// Reads what has come: payloads go to `take`, commands that are not the connection's own to `handle`.
  template <class Take, class Handle>
  void receive(const Take& take, const Handle& handle) {
    struct Handler {
      FanfareConnection& connection;
      const Take& take;
      const Handle& handle;

      void command(const protocol::RawCommand& command) {
        if (!connection.handle_own(command)) handle(command);
      }
      void payload(std::string_view payload) { take(payload); }
      void delivered(std::size_t size) { connection.count_data(size); }
    } handler{*this, take, handle};

    while (socket_.fill()) {
      socket_.consume(walker_.walk(socket_.input(), handler));
      if (socket_.is_drained()) break;
    }
    if (handled_ != told_) give_credit();
    socket_.flush();
  }

  [[nodiscard]] zmq_pollitem_t interest() const { return socket_.interest(); }

 private:
  /// Counts a command that carries no data; true when it concerns the connection.
  bool handle_own(const protocol::RawCommand& command);
  void count_data(std::size_t size);
  void give_credit();
  void send_frame(std::string_view frame);

  StreamSocket socket_;
  FrameWalker walker_;
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
