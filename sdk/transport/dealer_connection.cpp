#include "sdk/transport/dealer_connection.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

namespace fanfare::transport {
namespace {

/// Far above any frame a broker sends; a stranger's garbage stays bounded.
constexpr std::int64_t kMaxMessage = 64 << 20;
constexpr int kReceiveMark = 64;
constexpr int kHandshakeMilliseconds = 5'000;
constexpr int kEvents = ZMQ_EVENT_CLOSED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                        ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;

std::string monitor_address() {
  static std::atomic<std::uint64_t> last{0};
  return "inproc://fanfare-monitor-" + std::to_string(++last);
}

}  // namespace

DealerConnection::DealerConnection(zmq::context_t& context, const std::string& address)
    : address_(address), socket_(context, zmq::socket_type::dealer), monitor_(context, zmq::socket_type::pair) {
  socket_.set(zmq::sockopt::linger, 0);
  socket_.set(zmq::sockopt::reconnect_ivl, -1);
  socket_.set(zmq::sockopt::sndhwm, 0);
  socket_.set(zmq::sockopt::rcvhwm, kReceiveMark);
  socket_.set(zmq::sockopt::maxmsgsize, kMaxMessage);
  socket_.set(zmq::sockopt::handshake_ivl, kHandshakeMilliseconds);
  monitor_.set(zmq::sockopt::linger, 0);

  const auto monitor = monitor_address();
  if (zmq_socket_monitor(socket_.handle(), monitor.c_str(), kEvents) != 0) throw zmq::error_t();
  monitor_.connect(monitor);
  try {
    socket_.connect(address);
  } catch (const zmq::error_t& error) {
    throw Error(ErrorCode::unreachable, "\"" + address + "\" can't be used as an address: " + error.what());
  }
}

bool DealerConnection::send(std::string_view frame) {
  try {
    return socket_.send(zmq::message_t(frame.data(), frame.size()), zmq::send_flags::dontwait).has_value();
  } catch (const zmq::error_t&) {
    return false;
  }
}

bool DealerConnection::receive(zmq::message_t& frame) {
  try {
    return socket_.recv(frame, zmq::recv_flags::dontwait).has_value();
  } catch (const zmq::error_t&) {
    return false;
  }
}

std::optional<Error> DealerConnection::loss() {
  std::optional<Error> found;
  try {
    zmq::message_t event;
    zmq::message_t endpoint;
    while (monitor_.recv(event, zmq::recv_flags::dontwait)) {
      if (!monitor_.recv(endpoint, zmq::recv_flags::dontwait) || event.size() < 6) continue;
      std::uint16_t number = 0;
      std::uint32_t value = 0;
      std::memcpy(&number, event.data<char>(), sizeof number);
      std::memcpy(&value, event.data<char>() + sizeof number, sizeof value);
      auto judged = judge(number, value);
      // What says why counts more than that the socket then closed.
      if (judged && (!found || judged->code() == ErrorCode::bad_credentials)) found = std::move(judged);
    }
  } catch (const zmq::error_t& error) {
    if (error.num() != EINTR) found = Error(ErrorCode::unreachable, error.what());
  }
  return found;
}

std::optional<Error> DealerConnection::judge(std::uint16_t event, std::uint32_t value) const {
  switch (event) {
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
      return Error(ErrorCode::bad_credentials, address_ + " refused with " + std::to_string(value));
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
      return Error(ErrorCode::unreachable, "what answers at " + address_ + " is no broker, or wants a key");
    case ZMQ_EVENT_DISCONNECTED:
      return Error(ErrorCode::unreachable, address_ + " closed the connection");
    default:
      return Error(ErrorCode::unreachable, "no broker at " + address_);
  }
}

void DealerConnection::wait(int wake, std::chrono::milliseconds timeout) {
  std::array<zmq::pollitem_t, 3> items{
      {{socket_.handle(), 0, ZMQ_POLLIN, 0}, {monitor_.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, wake, ZMQ_POLLIN, 0}}};
  try {
    zmq::poll(items, timeout);
  } catch (const zmq::error_t&) {
    // Interrupted: the caller looks at everything anyway.
  }
}

void DealerConnection::linger(std::chrono::milliseconds patience) {
  socket_.set(zmq::sockopt::linger, static_cast<int>(patience.count()));
}

}  // namespace fanfare::transport
