#pragma once
// Pistache as the transport: it listens, accepts and reads; what it reads goes to SocketEvents. Nothing of its HTTP
// parts is used, because one client can stop them (docs/decisions.md). Owned by HttpService; one thread accepts, one
// reads.

#include <cstdint>
#include <memory>
#include <string>

#include "frontends/http/server/socket_events.hpp"
#include "runtime/result.hpp"

namespace fanfare::frontends::http::pistache {

class Acceptor {
 public:
  /// `events` outlives the acceptor.
  explicit Acceptor(SocketEvents& events);
  ~Acceptor();

  /// `port` 0 takes a free one.
  runtime::Result<void> start(const std::string& host, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const;
  /// Accepts and reads nothing more; its threads have ended when this returns.
  void stop();

 private:
  class Listening;

  SocketEvents& events_;
  std::unique_ptr<Listening> listening_;
};

}  // namespace fanfare::frontends::http::pistache
