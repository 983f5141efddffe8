#pragma once
// What the server keeps of each client: first its handshake, then its socket. The I/O thread.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "frontends/websocket/protocol/code.hpp"
#include "frontends/websocket/server/origin.hpp"
#include "frontends/websocket/session/rate.hpp"
#include "frontends/websocket/session/session.hpp"
#include "runtime/logging/logger.hpp"

namespace fanfare::frontends::websocket::server {

struct Limits {
  std::chrono::milliseconds handshake{10'000};
  std::chrono::milliseconds write{30'000};  ///< for one frame
  std::chrono::milliseconds close{5'000};   ///< for the goodbye
  std::size_t queue = 512U << 10U;          ///< bytes that may wait for one socket: a replay and as much again
  int send_buffer = 128 << 10;              ///< the kernel's, for one socket
};

class Connection {
 public:
  using Time = std::chrono::steady_clock::time_point;

  virtual ~Connection() = default;
  /// Called several times a second: keeps the deadlines.
  virtual void tick(Time now) = 0;
  /// The server ends: says goodbye, where there is somebody to say it to.
  virtual void dismiss(const protocol::Disconnect& why) = 0;
  /// At once, without a word.
  virtual void drop() = 0;
};

/// Makes the session of a socket that has just opened.
using MakeSession = std::function<std::shared_ptr<session::Session>(session::Outlet&)>;

/// What connections share; outlives them.
struct Common {
  const OriginRule origins;
  const Limits limits;
  runtime::Logger& log;
  session::Rate refusals_told;  ///< how often the log names a refused origin: pages can try again and again
  MakeSession make_session;
  std::function<void(const std::shared_ptr<Connection>&)> opened;
  std::function<void(const Connection&)> ended;
};

}  // namespace fanfare::frontends::websocket::server
