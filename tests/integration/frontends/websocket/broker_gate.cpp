#include "tests/integration/frontends/websocket/broker_gate.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace fanfare::test {
namespace {

void check(bool is_right, const char* what) {
  if (!is_right) throw std::runtime_error(std::string("the gate can't ") + what);
}

}  // namespace

BrokerGate::BrokerGate(const std::string& broker) : path_(broker.substr(std::string_view("ipc://").size())) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof own;
  check(::bind(listener_, reinterpret_cast<const sockaddr*>(&own), size) == 0, "bind");
  check(::listen(listener_, 16) == 0, "listen");
  check(::getsockname(listener_, reinterpret_cast<sockaddr*>(&own), &size) == 0, "tell its port");
  check(::pipe2(wake_, O_CLOEXEC) == 0, "make a pipe");
  port_ = ntohs(own.sin_port);
  thread_ = std::jthread([this] { run(); });
}

BrokerGate::~BrokerGate() {
  wake('e');
  thread_.join();
  for (const int each : {listener_, wake_[0], wake_[1]}) ::close(each);
}

void BrokerGate::wake(char why) { check(::write(wake_[1], &why, 1) == 1, "be woken"); }

void BrokerGate::run() {
  for (char why = 0; why != 'e';) {
    std::vector<pollfd> watched = {{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& pair : pairs_) {
      watched.push_back({pair.inner, POLLIN, 0});
      watched.push_back({pair.outer, POLLIN, 0});
    }
    ::poll(watched.data(), watched.size(), -1);
    if (watched[0].revents != 0) {
      check(::read(wake_[0], &why, 1) == 1, "hear why it was woken");
      for (const auto& pair : pairs_) close(pair);
      pairs_.clear();
      continue;
    }
    const auto has_input = [&](int socket) {
      return std::ranges::any_of(watched, [&](const pollfd& each) { return each.fd == socket && each.revents != 0; });
    };
    std::erase_if(pairs_, [&](const Pair& pair) {
      const bool goes_on = (!has_input(pair.inner) || move(pair.inner, pair.outer)) &&
                           (!has_input(pair.outer) || move(pair.outer, pair.inner));
      if (!goes_on) close(pair);
      return !goes_on;
    });
    if (watched[1].revents != 0) accept();
  }
}

void BrokerGate::accept() {
  const int outer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  const int inner = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un broker{};
  broker.sun_family = AF_UNIX;
  path_.copy(broker.sun_path, sizeof broker.sun_path - 1);
  if (::connect(inner, reinterpret_cast<const sockaddr*>(&broker), sizeof broker) == 0) {
    pairs_.push_back({inner, outer});
  } else {
    close({inner, outer});
  }
}

bool BrokerGate::move(int from, int to) {
  std::array<char, 16384> bytes;
  const auto got = ::recv(from, bytes.data(), bytes.size(), 0);
  if (got <= 0) return false;
  for (ssize_t sent = 0; sent < got;) {
    const auto part = ::send(to, bytes.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
    if (part <= 0) return false;
    sent += part;
  }
  return true;
}

void BrokerGate::close(const Pair& pair) {
  ::close(pair.inner);
  ::close(pair.outer);
}

}  // namespace fanfare::test
