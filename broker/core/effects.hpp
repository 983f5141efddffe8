#pragma once
// What the core wants done to the world outside. The server implements it over its socket, tests over a list. One
// question is among it: what the process uses.
// Called on the core's thread, from within the core's own calls; must not call back.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fanfare::broker::core {

/// Names a connection of the transport, never used twice.
using ConnectionId = std::uint64_t;
inline constexpr ConnectionId kNoConnection = 0;

/// A frame that may be shared by many connections; nobody changes it any more.
using SharedFrame = std::shared_ptr<const std::string>;

/// What the process around the core has used since it began.
struct ProcessUsage {
  std::uint64_t cpu_microseconds = 0;  ///< of all its threads
  std::uint64_t memory_bytes = 0;      ///< resident now
};

class Effects {
 public:
  virtual ~Effects() = default;

  virtual void send(ConnectionId to, SharedFrame frame) = 0;
  virtual void session_opened(ConnectionId connection, std::string_view name) = 0;
  /// It has no connection and waits for another, until its lease ends.
  virtual void session_detached(ConnectionId, std::string_view /*name*/) {}
  virtual void session_resumed(ConnectionId, std::string_view /*name*/) {}
  virtual void session_closed(ConnectionId connection, std::string_view name, std::string_view reason) = 0;
  /// Somebody else writes this stream's journal now: the broker must stop (semantics §8).
  virtual void fenced(std::string_view stream, std::string_view reason) = 0;
  /// Something an operator should know.
  virtual void notice(std::string_view) {}
  /// Asked for by a QUERY; nullopt where there is no process of the broker's own.
  virtual std::optional<ProcessUsage> process_usage() { return std::nullopt; }
};

}  // namespace fanfare::broker::core
