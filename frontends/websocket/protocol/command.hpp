#pragma once
// What a client says: the commands of the Centrifugo JSON protocol, version 2, one JSON object a line.
// Values and a pure function; any thread. Members that a command does not have are ignored, as newer clients send them;
// those it has must be of their type and within their bounds.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fanfare::frontends::websocket::protocol {

struct Connect {
  std::string token;
};
struct Subscribe {
  std::string channel;
  bool recover = false;             ///< what followed `offset` in `epoch` is wanted first
  std::uint64_t offset = 0;         ///< at most kMaxSequence
  std::string epoch = {};           ///< as the server once said it; another text is no epoch of the stream
  bool reject_unrecovered = false;  ///< rather an error than not to be recovered
  bool join_leave = false;          ///< who comes and goes is wanted, too
};
struct Unsubscribe {
  std::string channel;
};
struct Publish {
  std::string channel;
  std::string data;  ///< JSON
};
struct Rpc {
  std::string method;
  std::string data;  ///< JSON
};
struct Refresh {
  std::string token;
};
struct Presence {
  std::string channel;
};
struct PresenceStats {
  std::string channel;
};
struct Ping {};
/// The answer to the server's ping, `{}`.
struct Pong {};
/// Part of the protocol, but not served here: history, send …
struct Unserved {
  std::string name;
};

struct Command {
  std::uint32_t id = 0;  ///< 0: no reply is wanted
  std::variant<Connect, Subscribe, Unsubscribe, Publish, Rpc, Refresh, Presence, PresenceStats, Ping, Pong, Unserved>
      request = Pong{};
};

/// Commands in one frame; a client that connects again subscribes to all its channels in one.
inline constexpr std::size_t kMaximalCommands = 512;
inline constexpr std::size_t kMaximalFrame = 64U << 10U;

/// The commands of one frame in their order; nothing if any of it is not one.
[[nodiscard]] std::optional<std::vector<Command>> parse_commands(std::string_view frame);

}  // namespace fanfare::frontends::websocket::protocol
