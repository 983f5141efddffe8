#pragma once
// One-part messages to a ROUTER over ZMTP 3.0 (https://rfc.zeromq.org/spec/23/), mechanism NULL, on a bare connection:
// as lean as the other loads here, without libzmq's thread between. Owned by one thread.

#include <optional>
#include <string>
#include <string_view>

#include "tests/bench/load/stream_socket.hpp"

namespace fanfare::load {

class ZmtpStream {
 public:
  /// `tcp://host:port`. Throws when no ROUTER is there.
  explicit ZmtpStream(const std::string& address);

  /// Puts a message behind what waits; socket().flush() sends it.
  void send(std::string_view message);
  /// The next message that has come, valid until the socket reads again, as those before it are.
  [[nodiscard]] std::optional<std::string_view> next();

  [[nodiscard]] StreamSocket& socket() { return socket_; }

 private:
  [[nodiscard]] std::string take(std::size_t size);

  StreamSocket socket_;
};

}  // namespace fanfare::load
