#include "tests/integration/sdk/gate.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>

namespace fanfare::test {
namespace {

int open_socket() {
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) throw std::runtime_error("socket");
  return made;
}

template <class Call>
bool with_address(const std::filesystem::path& path, Call call) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto text = path.string();
  if (text.size() >= sizeof address.sun_path) throw std::runtime_error("too long: " + text);
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  return call(reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(sizeof address)) == 0;
}

int listen_on(const std::filesystem::path& path) {
  const int listener = open_socket();
  if (!with_address(path, [&](const auto* address, auto size) { return ::bind(listener, address, size); }) ||
      ::listen(listener, 16) != 0) {
    throw std::runtime_error("listen on " + path.string());
  }
  return listener;
}

void pass_on(int from, int to) {
  std::array<char, 4096> bytes{};
  while (true) {
    const auto count = ::recv(from, bytes.data(), bytes.size(), 0);
    if (count <= 0) break;
    for (std::size_t sent = 0; sent < static_cast<std::size_t>(count);) {
      const auto now = ::send(to, bytes.data() + sent, static_cast<std::size_t>(count) - sent, MSG_NOSIGNAL);
      if (now <= 0) break;
      sent += static_cast<std::size_t>(now);
    }
  }
  ::shutdown(from, SHUT_RDWR);
  ::shutdown(to, SHUT_RDWR);
}

}  // namespace

Gate::Gate(std::filesystem::path here, std::filesystem::path there)
    : here_(std::move(here)),
      there_(std::move(there)),
      listener_(listen_on(here_)),
      acceptor_([this] { accept_all(); }) {}

Gate::~Gate() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  cut();
}

void Gate::accept_all() {
  while (true) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const int broker = open_socket();
    if (!with_address(there_, [&](const auto* address, auto size) { return ::connect(broker, address, size); })) {
      ::close(client);
      ::close(broker);
      continue;
    }
    const std::lock_guard lock(mutex_);
    auto& passage = passages_.emplace_back(Passage{client, broker, {}, {}});
    passage.forth = std::jthread([=] { pass_on(client, broker); });
    passage.back = std::jthread([=] { pass_on(broker, client); });
  }
}

void Gate::cut() {
  const std::lock_guard lock(mutex_);
  for (auto& passage : passages_) {
    ::shutdown(passage.client, SHUT_RDWR);
    ::shutdown(passage.broker, SHUT_RDWR);
    passage.forth.join();
    passage.back.join();
    ::close(passage.client);
    ::close(passage.broker);
  }
  passages_.clear();
}

}  // namespace fanfare::test
