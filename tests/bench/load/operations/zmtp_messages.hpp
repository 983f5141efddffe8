#pragma once
// Whole messages of ZMTP, one at a time, over a socket that has greeted. Pure functions.

#include <optional>
#include <string_view>

#include "tests/bench/load/stream_socket.hpp"
#include "tests/bench/load/zmtp.hpp"

namespace fanfare::load {

/// Puts a message behind what waits; flush() sends it.
inline void send_zmtp(StreamSocket& socket, std::string_view message) {
  socket.send_small(zmtp_head(message.size()));
  socket.send_small(message);
}

/// The next one that has come, valid until the socket reads again, as those before it are.
[[nodiscard]] inline std::optional<std::string_view> next_zmtp(StreamSocket& socket) {
  auto rest = socket.input();
  const auto size = take_zmtp_head(rest);
  if (!size || rest.size() < *size) return std::nullopt;
  socket.consume(socket.input().size() - rest.size() + *size);
  return rest.substr(0, *size);
}

}  // namespace fanfare::load
