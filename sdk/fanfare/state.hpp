#pragma once
// How the connection to the broker stands. on_state gets one of these at each change. A value type; any thread.

#include <fanfare/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fanfare {

enum class Connection : std::uint8_t {
  connecting,    ///< the first attempt is under way
  ready,         ///< a session is up
  reconnecting,  ///< there is none; the next attempt comes after `retry_in`
  refused,       ///< the broker refuses this client for good (key, name, version): nothing is tried any more
  closed,        ///< close() was called
};

[[nodiscard]] std::string_view to_string(Connection connection);

struct State {
  Connection connection = Connection::connecting;
  std::string reason = {};             ///< for people; empty when ready
  std::optional<ErrorCode> code = {};  ///< why there is no session
  std::chrono::milliseconds retry_in{};
  bool resumed = false;        ///< ready: the broker still knew the session, nothing is missing
  std::string publisher = {};  ///< ready: what the broker stamps on this client's messages
};

}  // namespace fanfare
