#pragma once
// The broker's ROUTER socket: frames in and out by connection, and which connections were lost. Wraps libzmq; its
// exceptions stop here. Owned by the server's thread, from bind() on used by it alone.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <zmq.hpp>

#include "broker/core/effects.hpp"
#include "runtime/result.hpp"

namespace fanfare::broker::server {

struct SocketLimits {
  std::int64_t frame = 0;  ///< bytes; a larger message cuts its connection
};

class RouterSocket {
 public:
  struct Received {
    core::ConnectionId from = 0;
    zmq::message_t frame;
    bool whole = true;  ///< false: it came in several parts, `frame` is not to be used
  };

  RouterSocket(zmq::context_t& context, const SocketLimits& limits);
  ~RouterSocket();

  /// Sends what waits, for half a second at most, and closes. Nothing else may be called afterwards.
  void close();

  /// The address bound, with the port that the system chose where it was asked to.
  [[nodiscard]] runtime::Result<std::string> bind(const std::string& address);

  /// The next message, without waiting.
  [[nodiscard]] std::optional<Received> receive();

  /// Queues a frame. A connection that is gone, or that has not read for so long that its queue is full, is noted as
  /// lost.
  void send(core::ConnectionId to, core::SharedFrame frame);

  /// Connections that were lost since the last call. What they sent before may still wait: call this when receive() has
  /// nothing more.
  [[nodiscard]] std::vector<core::ConnectionId> take_lost();
  [[nodiscard]] bool has_lost() const { return !lost_.empty(); }

  /// Waits until something can be received, a connection was lost, or `wake_fd` is readable: then it is true. For the
  /// time `look` it does not sleep, but lets others have the processor.
  bool wait(int wake_fd, std::chrono::microseconds timeout, std::chrono::microseconds look);

 private:
  struct Connection {
    std::string routing_id;
    int fd = -1;
  };

  core::ConnectionId connection_of(const zmq::message_t& routing_id, int fd);
  void read_monitor();
  void forget(core::ConnectionId connection);

  zmq::socket_t socket_;
  zmq::socket_t monitor_;  // PAIR: raw, because cppzmq's monitor_t can't be polled
  int socket_fd_ = -1;     // readable when libzmq has something to tell
  int monitor_fd_ = -1;
  std::unordered_map<std::string, core::ConnectionId> by_routing_id_;
  std::unordered_map<int, core::ConnectionId> by_fd_;
  std::unordered_map<core::ConnectionId, Connection> connections_;
  std::vector<core::ConnectionId> lost_;
  core::ConnectionId last_connection_ = 0;
};

}  // namespace fanfare::broker::server
