#pragma once
// What commands of all kinds share: their types, the numbers clients choose, positions in streams. Plain data; any
// thread.

#include <fanfare/position.hpp>

#include <cstdint>

#include "protocol/wire.hpp"

namespace fanfare::protocol {

enum class CommandType : std::uint8_t {
  hello = 1,
  welcome = 2,
  ok = 3,
  error = 4,
  ping = 5,
  pong = 6,
  bye = 7,
  drain = 8,
  credit = 9,
  topic = 10,
  forget = 11,
  publish = 12,
  puback = 13,
  subscribe = 14,
  unsubscribe = 15,
  deliver = 16,
  caught_up = 17,
  position = 18,
  gap = 19,
  fetch = 20,
  page = 21,
  query = 22,
  serve = 23,
  request = 24,
  reply = 25,
  cancel = 26,
  join = 27,
  leave = 28,
  ack = 29,
  nack = 30,
  progress = 31,
  role = 32,
  revoke = 33,
  presence = 34,
  manage = 35,
  passed = 36,
};

/// Carries payload and needs credit (PROTOCOL.md §6).
[[nodiscard]] constexpr bool is_data(CommandType type) {
  return type == CommandType::publish || type == CommandType::deliver || type == CommandType::page ||
         type == CommandType::request || type == CommandType::reply;
}

/// Concerns the connection, not the session: it is not counted, and not sent again when a session is resumed
/// (PROTOCOL.md §2). Types of newer versions are counted.
[[nodiscard]] constexpr bool is_counted(CommandType type) {
  switch (type) {
    case CommandType::hello:
    case CommandType::welcome:
    case CommandType::ping:
    case CommandType::pong:
    case CommandType::drain:
    case CommandType::credit:
    case CommandType::topic:
    case CommandType::forget:
    case CommandType::position:
      return false;
    default:
      return true;
  }
}

/// Chosen by the client, in rising order, for whatever has an outcome; the answer carries it. 0 is none.
using RequestNumber = std::uint64_t;
/// Chosen by the client for a subscription, a service or a membership; one number space per session.
using Handle = std::uint32_t;
/// The broker's number of a stream, valid for its run and listed in WELCOME. 0 is none: ephemeral.
using StreamNumber = std::uint16_t;

inline constexpr StreamNumber kNoStream = 0;

struct StreamPosition {
  StreamNumber stream = kNoStream;
  Position position;

  bool operator==(const StreamPosition&) const = default;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.stream, self.position.epoch, self.position.sequence);
  }
};

}  // namespace fanfare::protocol
