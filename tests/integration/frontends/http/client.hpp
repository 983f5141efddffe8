#pragma once
// A TCP client that sends exactly the bytes it is told to. For tests; one thread. Every wait has a deadline.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/process/file_descriptor.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::frontends::http {

class Client {
 public:
  explicit Client(std::uint16_t port, const char* from = "127.0.0.1", int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) {
      ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    const sockaddr_in source = address(from, 0);
    const sockaddr_in target = address("127.0.0.1", port);
    is_connected_ = ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&source), sizeof source) == 0 &&
                    ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&target), sizeof target) == 0;
  }

  [[nodiscard]] bool is_connected() const { return is_connected_; }

  /// False when the other side has gone. A server that was reading, closed its window, read on and hung up leaves the
  /// client asking for room for minutes; that it has ended is to be seen all the same.
  bool send(std::string_view bytes, std::chrono::milliseconds deadline = std::chrono::seconds(20)) {
    while (!bytes.empty()) {
      pollfd writable{.fd = socket_.get(), .events = POLLOUT | POLLRDHUP, .revents = 0};
      if (::poll(&writable, 1, static_cast<int>(test::patient(deadline).count())) <= 0) return false;
      if ((writable.revents & POLLOUT) == 0) return false;
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && errno == EAGAIN) continue;
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void send_nothing_more() { ::shutdown(socket_.get(), SHUT_WR); }

  /// Closes with a reset instead of an orderly end.
  void abort() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket_.reset();
  }

  /// What arrives until `end` is part of it, the connection ends (`has_ended()`) or the deadline passes.
  std::string receive_until(std::string_view end, std::chrono::milliseconds deadline = std::chrono::seconds(5)) {
    std::string text;
    const auto until = std::chrono::steady_clock::now() + test::patient(deadline);
    while (end.empty() || text.find(end) == std::string::npos) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      pollfd readable{.fd = socket_.get(), .events = POLLIN, .revents = 0};
      if (left.count() <= 0 || ::poll(&readable, 1, static_cast<int>(left.count())) <= 0) return text;
      std::array<char, 65536> buffer{};
      const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
      if (size <= 0) {
        has_ended_ = true;
        return text;
      }
      text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return text;
  }

  /// Everything until the connection ends.
  std::string receive_all(std::chrono::milliseconds deadline = std::chrono::seconds(5)) {
    return receive_until("", deadline);
  }

  [[nodiscard]] bool has_ended() const { return has_ended_; }

 private:
  static sockaddr_in address(const char* host, std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    ::inet_pton(AF_INET, host, &result.sin_addr);
    return result;
  }

  runtime::FileDescriptor socket_;
  bool is_connected_ = false;
  bool has_ended_ = false;
};

}  // namespace fanfare::frontends::http
