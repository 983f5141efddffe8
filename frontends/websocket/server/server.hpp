#pragma once
// Listens, and keeps every connection until it ends. Owned by the service, used from the thread that made it; its
// connections live on the I/O thread, which has to outlive it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "frontends/websocket/server/connection.hpp"
#include "frontends/websocket/server/io_thread.hpp"
#include "frontends/websocket/server/seats.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/result.hpp"

namespace fanfare::frontends::websocket::server {

class Server {
 public:
  struct Settings {
    std::string listen;  ///< host:port; port 0: any
    OriginRule::Settings origins;
    Limits limits = {};
    Seats::Limits seats = {};
    std::chrono::milliseconds tick{250};
    std::function<void()> on_tick;  ///< with each tick, on the I/O thread
  };

  Server(IoThread& io, runtime::Logger& log, runtime::Metrics& metrics, MakeSession make_session, Settings settings);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Why it can't listen, or nothing.
  runtime::Result<void> start();
  /// Where it listens.
  [[nodiscard]] std::uint16_t port() const;

  /// Accepts nobody any more and says goodbye to all; returns when they are gone, at the deadline at the latest.
  void stop(std::chrono::steady_clock::time_point deadline);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Whether everything that `listen` names is loopback.
[[nodiscard]] bool listens_on_loopback(const std::string& listen);

}  // namespace fanfare::frontends::websocket::server
