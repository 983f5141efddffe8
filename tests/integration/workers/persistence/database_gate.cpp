#include "tests/integration/workers/persistence/database_gate.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace fanfare::test {
namespace {

constexpr int kTick = 5;  // ms, until a new mode counts

sockaddr_in gate_address(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/// With a reset, as the kernel does it for a process that was killed.
void reset(int socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket);
}

bool forward(int from, int to) {
  std::array<char, 65'536> bytes{};
  const auto size = ::recv(from, bytes.data(), bytes.size(), 0);
  return size > 0 && ::send(to, bytes.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) == size;
}

}  // namespace

DatabaseGate::DatabaseGate(const std::string& url) {
  const auto colon = url.rfind(':');
  const auto slash = url.find('/', colon);
  server_port_ = static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1, slash - colon - 1)));
  listen();
  url_ = url.substr(0, colon + 1) + std::to_string(port_) + url.substr(slash);
  thread_ = std::thread([this] { run(); });
}

DatabaseGate::~DatabaseGate() {
  is_over_ = true;
  thread_.join();
  hang_up();
}

/// On the same port as before.
void DatabaseGate::listen() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = gate_address(port_);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no listener");
  }
  port_ = ntohs(address.sin_port);
}

void DatabaseGate::run() {
  while (!is_over_) {
    const Mode mode = mode_;
    if (mode == Mode::kGone) hang_up();
    if (mode == Mode::kPass) {
      if (listener_ < 0) listen();
      pass_on();
    } else {
      ::poll(nullptr, 0, kTick);
    }
  }
}

void DatabaseGate::pass_on() {
  std::vector<pollfd> sockets = {{listener_, POLLIN, 0}};
  for (const auto& [socket, other] : other_side_) sockets.push_back({socket, POLLIN, 0});
  ::poll(sockets.data(), sockets.size(), kTick);
  for (std::size_t index = 1; index < sockets.size(); ++index) {
    const int socket = sockets[index].fd;
    const auto pair = other_side_.find(socket);
    if (sockets[index].revents == 0 || pair == other_side_.end()) continue;
    const int other = pair->second;
    if (forward(socket, other)) continue;
    for (const int end : {socket, other}) {
      other_side_.erase(end);
      ::close(end);
    }
  }
  if (sockets[0].revents != 0) let_in();
}

void DatabaseGate::let_in() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = gate_address(server_port_);
  if (client < 0 || ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(client);
    ::close(server);
    return;
  }
  other_side_[client] = server;
  other_side_[server] = client;
}

void DatabaseGate::hang_up() {
  if (listener_ >= 0) ::close(listener_);
  listener_ = -1;
  for (const auto& [socket, other] : other_side_) reset(socket);
  other_side_.clear();
}

}  // namespace fanfare::test
