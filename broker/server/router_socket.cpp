#include "broker/server/router_socket.hpp"

#include <poll.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace fanfare::broker::server {
namespace {

// A smaller frame is copied into the message; a larger one is shared with it.
constexpr std::size_t kShareFrom = 2048;

// Messages that may wait in libzmq for one peer. Credit bounds the data among them; this bounds the answers to a peer
// that sends and never reads.
constexpr int kSendQueue = 10'000;
constexpr int kReceiveQueue = 64;
constexpr int kHandshakeMs = 5'000;
constexpr int kLingerMs = 500;  // for the last words of a broker that stops
constexpr int kBacklog = 1'024;

zmq::message_t to_message(core::SharedFrame frame) {
  if (frame->size() < kShareFrom) return {frame->data(), frame->size()};
  // libzmq gives the reference back from whatever thread it sends on.
  auto* kept = new core::SharedFrame(std::move(frame));
  const auto release = [](void*, void* hint) { delete static_cast<core::SharedFrame*>(hint); };
  return {const_cast<char*>((*kept)->data()), (*kept)->size(), release, kept};
}

int source_fd(zmq::message_t& message) {
  try {
    return message.get(ZMQ_SRCFD);
  } catch (const zmq::error_t&) {
    return -1;  // a transport without descriptors
  }
}

}  // namespace

RouterSocket::RouterSocket(zmq::context_t& context, const SocketLimits& limits)
    : socket_(context, zmq::socket_type::router), monitor_(context, zmq::socket_type::pair) {
  socket_.set(zmq::sockopt::router_mandatory, true);
  socket_.set(zmq::sockopt::maxmsgsize, limits.frame);
  socket_.set(zmq::sockopt::sndhwm, kSendQueue);
  socket_.set(zmq::sockopt::rcvhwm, kReceiveQueue);
  socket_.set(zmq::sockopt::handshake_ivl, kHandshakeMs);
  socket_.set(zmq::sockopt::linger, kLingerMs);
  socket_.set(zmq::sockopt::backlog, kBacklog);
  socket_.set(zmq::sockopt::tcp_keepalive, 1);

  const auto name = "inproc://router-monitor-" + std::to_string(reinterpret_cast<std::uintptr_t>(this));
  if (zmq_socket_monitor(socket_.handle(), name.c_str(), ZMQ_EVENT_DISCONNECTED) != 0) throw zmq::error_t();
  monitor_.set(zmq::sockopt::linger, 0);
  monitor_.connect(name);
  socket_fd_ = socket_.get(zmq::sockopt::fd);
  monitor_fd_ = monitor_.get(zmq::sockopt::fd);
  read_monitor();
}

RouterSocket::~RouterSocket() { close(); }

void RouterSocket::close() {
  if (socket_.handle() == nullptr) return;
  zmq_socket_monitor(socket_.handle(), nullptr, 0);
  socket_.close();
  monitor_.close();
}

runtime::Result<std::string> RouterSocket::bind(const std::string& address) {
  try {
    if (address.starts_with("tcp://[")) socket_.set(zmq::sockopt::ipv6, true);
    socket_.bind(address);
    return socket_.get(zmq::sockopt::last_endpoint);
  } catch (const zmq::error_t& error) {
    if (error.num() == EADDRINUSE) {
      return runtime::Error{"address in use: ", address,
                            " – another broker or program listens there; stop it or set broker.listen"};
    }
    return runtime::Error{"cannot listen on ", address, ": ", error.what()};
  }
}

std::optional<RouterSocket::Received> RouterSocket::receive() {
  zmq::message_t routing_id;
  if (!socket_.recv(routing_id, zmq::recv_flags::dontwait)) return std::nullopt;

  // The parts of a message arrive together.
  Received received;
  std::size_t parts = 0;
  for (bool more = routing_id.more(); more; ++parts) {
    zmq::message_t part;
    if (!socket_.recv(part, zmq::recv_flags::dontwait)) break;
    more = part.more();
    if (parts == 0) received.frame = std::move(part);
  }
  received.whole = parts == 1;
  received.from = connection_of(routing_id, parts > 0 ? source_fd(received.frame) : -1);
  return received;
}

core::ConnectionId RouterSocket::connection_of(const zmq::message_t& routing_id, int fd) {
  auto id = routing_id.to_string();
  const auto found = by_routing_id_.find(id);
  if (found != by_routing_id_.end()) return found->second;

  // A descriptor may be that of a connection just lost. Its loss was noted before this one was accepted, so it is read
  // before the descriptor gets its new meaning.
  read_monitor();
  const auto connection = ++last_connection_;
  if (fd >= 0) by_fd_[fd] = connection;
  by_routing_id_.emplace(id, connection);
  connections_.emplace(connection, Connection{std::move(id), fd});
  return connection;
}

void RouterSocket::send(core::ConnectionId to, core::SharedFrame frame) {
  const auto found = connections_.find(to);
  if (found == connections_.end()) return;
  try {
    zmq::message_t routing_id(found->second.routing_id);
    const auto sent = socket_.send(routing_id, zmq::send_flags::sndmore | zmq::send_flags::dontwait);
    if (sent && socket_.send(to_message(std::move(frame)), zmq::send_flags::dontwait)) return;
  } catch (const zmq::error_t& error) {
    if (error.num() != EHOSTUNREACH) throw;
  }
  lost_.push_back(to);
}

std::vector<core::ConnectionId> RouterSocket::take_lost() {
  auto lost = std::exchange(lost_, {});
  for (const auto connection : lost) forget(connection);
  return lost;
}

// Instead of zmq_poll(), which asks each socket before and after and takes three times as many system calls. ZMQ_FD
// becomes readable when something is new to the socket, and not again before its events were looked at: so they are,
// once, before the wait – what the socket learned while it sent would be overlooked. The monitor is always read until
// it has nothing.
bool RouterSocket::wait(int wake_fd, std::chrono::microseconds timeout, std::chrono::microseconds look) {
  if ((socket_.get(zmq::sockopt::events) & ZMQ_POLLIN) != 0) timeout = std::chrono::microseconds::zero();
  std::array<pollfd, 3> polled{{{socket_fd_, POLLIN, 0}, {monitor_fd_, POLLIN, 0}, {wake_fd, POLLIN, 0}}};
  // Rounded up: waking a little early would only mean to wait again.
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(timeout);
  int ready = 0;
  const auto until = std::chrono::steady_clock::now() + std::min(look, timeout);
  while (look.count() > 0 && ready == 0 && std::chrono::steady_clock::now() < until) {
    ready = ::poll(polled.data(), polled.size(), 0);
    if (ready == 0) ::sched_yield();
  }
  if (ready == 0) ready = ::poll(polled.data(), polled.size(), static_cast<int>(wait.count()));
  if (ready <= 0) return false;  // or a signal
  if (polled[1].revents != 0) read_monitor();
  return polled[2].revents != 0;
}

void RouterSocket::read_monitor() {
  zmq::message_t event;
  while (monitor_.recv(event, zmq::recv_flags::dontwait)) {
    zmq::message_t address;
    if (event.more() && !monitor_.recv(address, zmq::recv_flags::dontwait)) break;
    // zmq_socket_monitor(3): u16 event, u32 value; the value of DISCONNECTED is the descriptor.
    if (event.size() < sizeof(std::uint16_t) + sizeof(std::uint32_t)) continue;
    std::int32_t fd = -1;
    std::memcpy(&fd, event.data<char>() + sizeof(std::uint16_t), sizeof fd);
    const auto found = by_fd_.find(fd);
    if (found == by_fd_.end()) continue;
    lost_.push_back(found->second);
    by_fd_.erase(found);
  }
}

void RouterSocket::forget(core::ConnectionId connection) {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  by_routing_id_.erase(found->second.routing_id);
  const auto by_fd = by_fd_.find(found->second.fd);
  if (by_fd != by_fd_.end() && by_fd->second == connection) by_fd_.erase(by_fd);
  connections_.erase(found);
}

}  // namespace fanfare::broker::server
