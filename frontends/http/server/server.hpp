#pragma once
// Brings connections, routes and threads together: bytes come from an acceptor through SocketEvents, requests go to the
// pool of their route's lane, replies are written at once as far as the socket takes them and later by one thread (the
// keeper), which also watches the clocks. Owned by HttpService or a test; it outlives the acceptor that calls it.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>

#include "frontends/http/routing/router.hpp"
#include "frontends/http/server/connections.hpp"
#include "frontends/http/server/handler_pool.hpp"
#include "frontends/http/server/limits.hpp"
#include "frontends/http/server/socket_events.hpp"
#include "runtime/logging/logger.hpp"
#include "runtime/process/wake_up.hpp"

namespace fanfare::frontends::http {

class Server final : public SocketEvents {
 public:
  using OnReply = std::function<void(int status)>;

  /// `on_reply` is told each reply of a route, on the thread that made it.
  Server(Router router, const ServerLimits& limits, runtime::Logger& log, OnReply on_reply = {});
  ~Server() override;

  std::shared_ptr<Connection> connected(runtime::FileDescriptor socket) override;
  void received(const std::shared_ptr<Connection>& connection, std::string_view bytes) override;
  void ended(const std::shared_ptr<Connection>& connection) override;

  /// Answers what was received and closes every connection; what is not answered and read by the deadline is cut off.
  void drain(std::chrono::steady_clock::time_point deadline);

 private:
  void go_on(const std::shared_ptr<Connection>& connection, Connection::Step step);
  void dispatch(const std::shared_ptr<Connection>& connection, Request request);
  void run(const std::shared_ptr<Connection>& connection, const Handler& handler, const Request& request);
  void keep(const std::stop_token& stop);
  void write_where_there_is_room();

  const Router router_;
  const ServerLimits limits_;
  runtime::Logger& log_;
  const OnReply on_reply_;
  Connections connections_;
  std::atomic<bool> is_draining_ = false;
  runtime::WakeUp keeper_wake_up_;
  HandlerPool local_;
  HandlerPool service_;
  std::jthread keeper_;  // last: it ends before what it looks at
};

}  // namespace fanfare::frontends::http
