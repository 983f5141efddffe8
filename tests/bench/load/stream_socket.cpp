#include "tests/bench/load/stream_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace fanfare::load {
namespace {

constexpr std::size_t kInputBytes = 256U << 10U;
constexpr std::size_t kGreatestRest = 2U << 20U;  // of a message that has not come whole yet

sockaddr_in parse_address(const std::string& address) {
  const auto colon = address.rfind(':');
  sockaddr_in parsed{.sin_family = AF_INET};
  std::uint16_t port = 0;
  const auto* end = address.data() + address.size();
  if (colon == std::string::npos || std::from_chars(address.data() + colon + 1, end, port).ptr != end ||
      inet_pton(AF_INET, address.substr(0, colon).c_str(), &parsed.sin_addr) != 1) {
    throw std::runtime_error("not an address: " + address);
  }
  parsed.sin_port = htons(port);
  return parsed;
}

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

StreamSocket::StreamSocket(const std::string& address)
    : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), buffer_(kInputBytes) {
  const auto to = parse_address(address);
  if (connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) fail("connect");
  const int yes = 1;
  setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

void StreamSocket::send_block(std::string_view block) {
  block_ = block;
  flush();
}

bool StreamSocket::send_some(std::string_view& bytes) {
  const auto sent = send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0) {
    if (errno == EAGAIN || errno == EINTR) return false;
    fail("send");
  }
  bytes.remove_prefix(static_cast<std::size_t>(sent));
  return bytes.empty();
}

void StreamSocket::flush() {
  if (!block_.empty() && !send_some(block_)) return;
  if (small_.empty()) return;
  std::string_view rest = small_;
  send_some(rest);
  small_.erase(0, small_.size() - rest.size());
}

bool StreamSocket::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) {
    if (buffer_.size() >= kGreatestRest) throw std::runtime_error("a message is too large");
    buffer_.resize(2 * buffer_.size());
  }
  const auto received = recv(socket_.get(), buffer_.data() + end_, buffer_.size() - end_, MSG_DONTWAIT);
  if (received == 0) throw std::runtime_error("the server closed the connection");
  if (received < 0) {
    if (errno == EAGAIN || errno == EINTR) return false;
    fail("recv");
  }
  end_ += static_cast<std::size_t>(received);
  drained_ = end_ < buffer_.size();
  return true;
}

void StreamSocket::wait_for(const std::function<bool()>& take, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!take()) {
    flush();
    if (fill()) continue;
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("the server does not answer");
    auto item = interest();
    zmq_poll(&item, 1, 10);
  }
}

zmq_pollitem_t StreamSocket::interest() const {
  const int events = is_idle() ? ZMQ_POLLIN : ZMQ_POLLIN | ZMQ_POLLOUT;
  return {.socket = nullptr, .fd = socket_.get(), .events = static_cast<short>(events), .revents = 0};
}

}  // namespace fanfare::load
