#pragma once
// A client without the SDK: a DEALER that sends and receives frames, so that tests can break any rule. One thread.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zmq.hpp>

#include "protocol/frame.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {

class RawPeer {
 public:
  RawPeer(zmq::context_t& context, const std::string& address, const std::string& routing_id = {})
      : socket_(context, zmq::socket_type::dealer) {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::reconnect_ivl, -1);
    socket_.set(zmq::sockopt::sndhwm, 0);
    socket_.set(zmq::sockopt::sndtimeo, 200);
    if (!routing_id.empty()) socket_.set(zmq::sockopt::routing_id, routing_id);
    socket_.connect(address);
  }

  template <class... Commands>
  void send(const Commands&... commands) {
    std::string frame(protocol::kFrameHeader);
    (protocol::append_command(frame, commands), ...);
    send_bytes(frame);
  }
  /// False when the connection is gone.
  bool send_bytes(std::string_view bytes, zmq::send_flags flags = zmq::send_flags::none) {
    return socket_.send(zmq::buffer(bytes), flags).has_value();
  }

  void hello(std::uint64_t limit = 1ULL << 40U) {
    send(protocol::Hello{.version_min = 1, .version_max = 1, .limit = limit, .name = "raw"});
  }

  /// The body of the next command of this kind, whatever comes before it; nullopt when none comes in time.
  template <class Command>
  std::optional<std::string> next(std::chrono::milliseconds patience = std::chrono::seconds(5)) {
    const auto until = std::chrono::steady_clock::now() + patient(patience);
    for (;;) {
      while (!commands_.empty()) {
        const auto command = commands_.front();
        commands_.erase(commands_.begin());
        if (command.first == Command::kType) return command.second;
      }
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      if (left.count() <= 0) return std::nullopt;
      socket_.set(zmq::sockopt::rcvtimeo, static_cast<int>(left.count()));
      zmq::message_t frame;
      if (!socket_.recv(frame)) return std::nullopt;
      protocol::FrameReader reader(frame.to_string_view());
      while (const auto raw = reader.next()) commands_.emplace_back(raw->type, std::string(raw->body));
    }
  }

  void close() { socket_.close(); }

  /// Closes as soon as what was sent is written.
  void close_after_sending() {
    socket_.set(zmq::sockopt::linger, static_cast<int>(patient(std::chrono::seconds(5)).count()));
    socket_.close();
  }

 private:
  zmq::socket_t socket_;
  std::vector<std::pair<protocol::CommandType, std::string>> commands_;
};

}  // namespace fanfare::test
