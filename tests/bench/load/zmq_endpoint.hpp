#pragma once
// A ZeroMQ socket as an endpoint uses it: never waiting, a message of one part at a time. Used by one thread at a time.

#include <zmq.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <zmq.hpp>

namespace fanfare::load {

class ZmqEndpoint {
 public:
  ZmqEndpoint(zmq::context_t& context, zmq::socket_type type) : socket_(context, type) {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::sndhwm, 0);
    socket_.set(zmq::sockopt::rcvhwm, 0);
  }

  zmq::socket_t& socket() { return socket_; }

  /// False when the socket takes nothing now.
  bool send(zmq::message_t message) { return socket_.send(message, zmq::send_flags::dontwait).has_value(); }

  /// False when nothing has come. Views into the message live until the next call.
  bool receive(zmq::message_t& message) { return socket_.recv(message, zmq::recv_flags::dontwait).has_value(); }

  [[nodiscard]] zmq_pollitem_t interest() const {
    return {.socket = const_cast<zmq::socket_t&>(socket_).handle(), .fd = -1, .events = ZMQ_POLLIN, .revents = 0};
  }

 private:
  zmq::socket_t socket_;
};

}  // namespace fanfare::load
