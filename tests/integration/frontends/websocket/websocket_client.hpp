#pragma once
// A WebSocket client that shares nothing with the server but Beast: blocking, with a deadline in each call. For tests
// only; one thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fanfare::test {

class WebSocketClient {
 public:
  struct Handshake {
    std::string target = "/connection/websocket";
    std::string origin = {};  ///< empty: no such header, as from no browser
    std::string host = "127.0.0.1";
    int receive_buffer = 0;  ///< the kernel's; 0: its default
  };

  explicit WebSocketClient(std::uint16_t port) : WebSocketClient(port, Handshake{}) {}
  WebSocketClient(std::uint16_t port, const Handshake& handshake);
  WebSocketClient(WebSocketClient&&) noexcept;
  ~WebSocketClient();

  /// Of the handshake's answer; 101: it is open.
  [[nodiscard]] unsigned status() const;

  /// False when the connection is gone.
  bool send(std::string_view text);
  bool send_binary(std::string_view bytes);

  /// The next line of what the server says; nothing when it is not in time, or the connection has ended. Pings of the
  /// protocol are answered and left out.
  std::optional<std::string> next(std::chrono::milliseconds patience = std::chrono::seconds(5));
  /// Reads until the end: the code of the server's close frame, 0 without one.
  std::uint16_t wait_close(std::chrono::milliseconds patience = std::chrono::seconds(10));

  [[nodiscard]] std::size_t frames() const;  ///< received so far

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Sends `bytes` over plain TCP and returns all that comes back until the other side closes.
std::string talk(std::uint16_t port, std::string_view bytes,
                 std::chrono::milliseconds patience = std::chrono::seconds(5));

}  // namespace fanfare::test
