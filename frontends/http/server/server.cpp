#include "frontends/http/server/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <exception>
#include <stop_token>
#include <utility>
#include <vector>

#include "frontends/http/message/problem.hpp"

namespace fanfare::frontends::http {
namespace {

/// How late a time limit may be enforced.
constexpr std::chrono::milliseconds kRound{100};

/// Empty if the other end is already gone. IPv4 clients of an IPv6 socket get their IPv4 address.
std::string peer_address(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (storage.ss_family == AF_INET) {
    std::memcpy(&v4, &storage, sizeof v4);
    bytes = &v4.sin_addr;
  } else if (storage.ss_family == AF_INET6) {
    std::memcpy(&v6, &storage, sizeof v6);
    bytes = &v6.sin6_addr;
  }
  if (bytes == nullptr || ::inet_ntop(storage.ss_family, bytes, text.data(), text.size()) == nullptr) return {};
  const std::string address = text.data();
  constexpr std::string_view kMapped = "::ffff:";
  return address.starts_with(kMapped) && address.find('.') != std::string::npos ? address.substr(kMapped.size())
                                                                                : address;
}

}  // namespace

Server::Server(Router router, const ServerLimits& limits, runtime::Logger& log, OnReply on_reply)
    : router_(std::move(router)),
      limits_(limits),
      log_(log),
      on_reply_(std::move(on_reply)),
      connections_(limits_),
      local_(limits.local_threads, limits.queue),
      service_(limits.service_threads, limits.queue),
      keeper_([this](const std::stop_token& stop) { keep(stop); }) {}

Server::~Server() {
  keeper_.request_stop();
  keeper_wake_up_.wake();
}

std::shared_ptr<Connection> Server::connected(runtime::FileDescriptor socket) {
  std::string address = peer_address(socket.get());
  if (address.empty() || is_draining_) return nullptr;
  auto connection =
      std::make_shared<Connection>(std::move(socket), std::move(address), limits_, Connection::Clock::now());
  if (connections_.add(connection)) return connection;
  log_.debug("connection refused: too many", {{"address", connection->address()}});
  connection->close();
  return nullptr;
}

void Server::received(const std::shared_ptr<Connection>& connection, std::string_view bytes) {
  go_on(connection, connection->receive(bytes, Connection::Clock::now()));
}

void Server::ended(const std::shared_ptr<Connection>& connection) {
  go_on(connection, connection->end_of_input(Connection::Clock::now()));
}

void Server::go_on(const std::shared_ptr<Connection>& connection, Connection::Step step) {
  if (step.is_closed) connections_.remove(connection);
  if (step.waits_for_room) keeper_wake_up_.wake();
  if (step.request) dispatch(connection, std::move(*step.request));
}

void Server::dispatch(const std::shared_ptr<Connection>& connection, Request request) {
  Router::Found found = router_.find(request);
  HandlerPool& pool = found.lane == Lane::kService ? service_ : local_;
  const bool taken = pool.submit([this, connection, handler = std::move(found.handler), request = std::move(request)] {
    run(connection, handler, request);
  });
  if (taken) return;
  log_.warn("request refused: all threads are busy", {{"address", connection->address()}});
  const Reply reply = to_reply({.status = 503,
                                .code = "unavailable",
                                .detail = "the server is busy; try again in a moment",
                                .retry_later = true,
                                .retry_after = std::chrono::seconds(1)});
  go_on(connection, connection->answer(reply, false, Connection::Clock::now()));
}

void Server::run(const std::shared_ptr<Connection>& connection, const Handler& handler, const Request& request) {
  const auto began = Connection::Clock::now();
  Reply reply;
  try {
    reply = handler(request);
  } catch (const std::exception& error) {
    log_.error("handler failed", {{"path", request.path}, {"reason", error.what()}});
    reply = to_reply({.status = 500,
                      .code = "internal",
                      .detail = "a defect of the server; its log has the reason",
                      .retry_later = true});
  }
  if (on_reply_) on_reply_(reply.status);
  const auto now = Connection::Clock::now();
  log_.debug("request", {{"method", request.method},
                         {"path", request.path},
                         {"status", reply.status},
                         {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(now - began).count()},
                         {"address", request.peer}});
  go_on(connection, connection->answer(reply, !is_draining_, now));
}

void Server::keep(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    write_where_there_is_room();
    for (const auto& connection : connections_.all()) {
      go_on(connection, connection->expire(Connection::Clock::now()));
      if (is_draining_) go_on(connection, connection->close_if_waiting());
    }
  }
}

/// Waits for room, a wake-up or the end of the round. A number that was closed and given to another socket meanwhile
/// causes at worst a write that finds no room.
void Server::write_where_there_is_room() {
  std::vector<pollfd> sockets = {{.fd = keeper_wake_up_.fd(), .events = POLLIN, .revents = 0}};
  std::vector<std::shared_ptr<Connection>> waiting = {nullptr};
  for (auto& connection : connections_.all()) {
    const auto socket = connection->wants_room();
    if (!socket) continue;
    sockets.push_back({.fd = *socket, .events = POLLOUT, .revents = 0});
    waiting.push_back(std::move(connection));
  }
  if (::poll(sockets.data(), sockets.size(), static_cast<int>(kRound.count())) <= 0) return;
  if (sockets.front().revents != 0) keeper_wake_up_.clear();
  for (std::size_t index = 1; index < sockets.size(); ++index) {
    if (sockets[index].revents == 0) continue;
    go_on(waiting[index], waiting[index]->write_on(Connection::Clock::now()));
  }
}

void Server::drain(std::chrono::steady_clock::time_point deadline) {
  is_draining_ = true;
  keeper_wake_up_.wake();
  connections_.wait_empty(deadline);
  for (const auto& connection : connections_.all()) go_on(connection, connection->close());
}

}  // namespace fanfare::frontends::http
