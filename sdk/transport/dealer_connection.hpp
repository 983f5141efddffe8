#pragma once
// One connection to the broker: a DEALER socket that never reconnects and the monitor that tells how it goes
// (PROTOCOL.md §1). Owned and used by the I/O thread; a lost one is thrown away. Library exceptions stop here.

#include <fanfare/error.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <zmq.hpp>

namespace fanfare::transport {

class DealerConnection {
 public:
  /// Throws Error `unreachable` when the address is none.
  DealerConnection(zmq::context_t& context, const std::string& address);

  /// False when the socket takes nothing any more.
  [[nodiscard]] bool send(std::string_view frame);
  /// False when nothing is there.
  [[nodiscard]] bool receive(zmq::message_t& frame);
  /// Why the connection is lost; nullopt as long as it is not.
  [[nodiscard]] std::optional<Error> loss();

  /// Waits until something is there on the socket, the monitor or `wake`.
  void wait(int wake, std::chrono::milliseconds timeout);

  /// Lets what was sent go out after the destructor, for as long as this.
  void linger(std::chrono::milliseconds patience);

 private:
  [[nodiscard]] std::optional<Error> judge(std::uint16_t event, std::uint32_t value) const;

  std::string address_;
  zmq::socket_t socket_;
  zmq::socket_t monitor_;
};

}  // namespace fanfare::transport
