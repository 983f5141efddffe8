#pragma once
// The bounds and times of one session. Plain data; any thread.

#include <chrono>
#include <cstddef>

namespace fanfare::frontends::websocket::session {

struct Limits {
  std::chrono::seconds connect{10};       ///< from the handshake until a token was taken
  std::chrono::seconds ping{25};          ///< between two pings
  std::chrono::seconds pong{10};          ///< for the answer to one
  std::chrono::seconds expiry_grace{25};  ///< a token may be over so long
  std::size_t channels = 256;             ///< subscribed to at once
  std::size_t backlog = 256U << 10U;      ///< bytes that wait for the socket, beyond which nothing is replayed
  std::chrono::seconds call{15};          ///< for the answer to an rpc or publish
  std::size_t open_calls = 32;            ///< rpc and publish under way
  double command_burst = 600;             ///< a page that connects again subscribes to all its channels
  double commands = 50;                   ///< a second, beyond the burst
  double byte_burst = 512U << 10U;
  double bytes = 128U << 10U;  ///< a second, beyond the burst; then the socket is not read for a while
};

}  // namespace fanfare::frontends::websocket::session
