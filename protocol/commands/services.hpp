#pragma once
// Requests between callers and the members that serve a topic (PROTOCOL.md §5). Plain data; any thread.

#include <cstdint>

#include "protocol/commands/common.hpp"
#include "protocol/wire.hpp"

namespace fanfare::protocol {

struct Serve {
  static constexpr auto kType = CommandType::serve;
  RequestNumber request = 0;
  Handle handle = 0;
  std::uint32_t max_in_flight = 0;  ///< requests it takes at once; 0: no bound but the window
  ShortText pattern;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.handle, self.max_in_flight, self.pattern);
  }
};

/// Caller to broker.
struct Request {
  static constexpr auto kType = CommandType::request;
  RequestNumber request = 0;
  std::uint32_t timeout_ms = 0;
  std::uint8_t flags = 0;
  std::uint8_t actor_size = 0;
  std::uint16_t headers_size = 0;
  ShortText topic;
  Tail content;  ///< [id] actor headers payload
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.timeout_ms, self.flags, self.actor_size, self.headers_size, self.topic, self.content);
  }
};

/// Broker to member: the request, under the broker's own number.
struct ServiceRequest {
  static constexpr auto kType = CommandType::request;
  std::uint64_t exchange = 0;
  Handle handle = 0;  ///< of the SERVE it goes to
  std::uint32_t remaining_ms = 0;
  std::uint16_t attempt = 1;
  std::uint8_t flags = 0;
  std::uint8_t actor_size = 0;
  std::uint16_t headers_size = 0;
  ShortText topic;
  ShortText publisher;
  Tail content;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.exchange, self.handle, self.remaining_ms, self.attempt, self.flags, self.actor_size, self.headers_size,
            self.topic, self.publisher, self.content);
  }
};

/// Member to broker (number: the exchange) and broker to caller (number: the request).
struct Reply {
  static constexpr auto kType = CommandType::reply;
  static constexpr std::uint8_t kMore = 1;
  static constexpr std::uint8_t kFailed = 2;

  std::uint64_t number = 0;
  std::uint8_t flags =
      0;  ///< kMore: further replies of the same number follow; kFailed: the payload says what went wrong
  std::uint16_t headers_size = 0;
  Tail content;  ///< headers payload
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.number, self.flags, self.headers_size, self.content);
  }
};

/// Broker to member: so much of its reply in parts has gone on to the caller.
struct Passed {
  static constexpr auto kType = CommandType::passed;
  std::uint64_t exchange = 0;
  std::uint64_t bytes = 0;  ///< of content, since the exchange began
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.exchange, self.bytes);
  }
};

/// Caller to broker (number: the request) and broker to member (number: the exchange).
struct Cancel {
  static constexpr auto kType = CommandType::cancel;
  std::uint64_t number = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.number);
  }
};

}  // namespace fanfare::protocol
