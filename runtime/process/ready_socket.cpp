#include "runtime/process/ready_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

namespace fanfare::runtime {
namespace {

/// The lines of one message, or nothing when none waits; empty if a stranger sent it.
std::optional<std::string> receive(int socket) {
  std::array<char, 1024> text{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(ucred))> control{};
  iovec part{text.data(), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = ::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (size < 0) return std::nullopt;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_CREDENTIALS) return std::string();
  ucred sender{};
  std::memcpy(&sender, CMSG_DATA(header), sizeof(sender));
  if (sender.uid != ::getuid()) return std::string();
  return std::string(text.data(), static_cast<std::size_t>(size));
}

bool says_ready(std::string_view message) {
  return message == "READY=1" || message.starts_with("READY=1\n") ||
         message.find("\nREADY=1") != std::string_view::npos;
}

}  // namespace

Result<ReadySocket> ReadySocket::open() {
  FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  const int on = 1;
  // Binding the family alone lets the kernel choose an abstract name (unix(7), "Autobind feature").
  const bool is_open = socket.is_open() && ::bind(socket.get(), generic, sizeof(address.sun_family)) == 0 &&
                       ::setsockopt(socket.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0 &&
                       ::getsockname(socket.get(), generic, &size) == 0;
  if (!is_open) return Error{"a socket for readiness cannot be opened: ", std::strerror(errno)};
  const std::size_t length = size - offsetof(sockaddr_un, sun_path);
  return ReadySocket(std::move(socket), "@" + std::string(address.sun_path + 1, length - 1));
}

bool ReadySocket::take_ready() {
  bool is_ready = false;
  while (const auto message = receive(socket_.get())) is_ready = is_ready || says_ready(*message);
  return is_ready;
}

}  // namespace fanfare::runtime
