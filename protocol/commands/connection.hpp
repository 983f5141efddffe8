#pragma once
// A session from HELLO to BYE, answers, life signs and credit (PROTOCOL.md §§2, 6). Plain data; any thread.

#include <fanfare/error_code.hpp>
#include <fanfare/position.hpp>
#include <fanfare/uuid.hpp>

#include <cstdint>
#include <vector>

#include "protocol/commands/common.hpp"
#include "protocol/limits.hpp"
#include "protocol/wire.hpp"

namespace fanfare::protocol {

struct Hello {
  static constexpr auto kType = CommandType::hello;
  static constexpr std::uint8_t kResume = 1;

  std::uint8_t version_min = 0;
  std::uint8_t version_max = 0;
  std::uint8_t flags = 0;   ///< kResume: the four fields at the end are there
  std::uint64_t limit = 0;  ///< bytes of data commands the broker may send before a CREDIT raises it
  ShortText name;           ///< the peer's name, see is_name()
  ShortText software;       ///< for people: `fanfare-sdk/0.1.0`
  Uuid session;
  Uuid secret;
  std::uint64_t received = 0;  ///< counted commands of the broker received in this session
  std::uint64_t sent = 0;      ///< counted commands sent to the broker in this session

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.version_min, self.version_max, self.flags, self.limit, self.name, self.software);
    if ((self.flags & kResume) != 0) archive(self.session, self.secret, self.received, self.sent);
  }
};

struct StreamInfo {
  StreamNumber number = kNoStream;
  ShortText name;
  Position head;                  ///< the last committed position; sequence 0 when it is empty
  std::vector<ShortText> topics;  ///< the patterns of its topics; no topic is in two streams

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.number, self.name, self.head.epoch, self.head.sequence, self.topics);
  }
};

struct Welcome {
  static constexpr auto kType = CommandType::welcome;
  static constexpr std::uint8_t kResumed = 1;

  std::uint8_t version = 0;
  std::uint8_t flags = 0;  ///< kResumed
  Uuid session;
  Uuid secret;                 ///< only the latest one resumes
  Uuid run;                    ///< this life of the broker
  std::uint64_t received = 0;  ///< counted commands of the client received in this session
  std::uint64_t limit = 0;     ///< bytes of data commands the client may send before a CREDIT raises it
  std::uint32_t lease_ms = 0;
  std::uint32_t heartbeat_ms = 0;
  std::int64_t clock = 0;  ///< the broker's, microseconds since 1970
  Limits limits;
  ShortText publisher;  ///< what the broker stamps on this peer's messages
  std::vector<StreamInfo> streams;

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.version, self.flags, self.session, self.secret, self.run, self.received, self.limit, self.lease_ms,
            self.heartbeat_ms, self.clock);
    archive(self.limits.message, self.limits.frame, self.limits.subscriptions, self.limits.in_flight,
            self.limits.header_bytes, self.limits.header_count, self.limits.topic_bytes, self.limits.topic_tokens);
    archive(self.publisher, self.streams);
  }
};

struct Ok {
  static constexpr auto kType = CommandType::ok;
  static constexpr std::uint8_t kRecovered = 1;  ///< nothing after a SUBSCRIBE's start is missing
  static constexpr std::uint8_t kShared = 2;     ///< its replay comes with handle 0

  RequestNumber request = 0;
  std::uint8_t flags = 0;
  std::vector<StreamPosition> positions;  ///< of a SUBSCRIBE: where it begins, per stream

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.flags, self.positions);
  }
};

struct Error {
  static constexpr auto kType = CommandType::error;
  static constexpr std::uint8_t kCloses = 1;

  RequestNumber request = 0;  ///< 0: about the connection
  CommandType command{};      ///< what it answers
  ErrorCode code{};
  std::uint8_t flags = 0;  ///< kCloses: the session ends with this
  std::uint32_t retry_after_ms = 0;
  LongText text;

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.command, self.code, self.flags, self.retry_after_ms, self.text);
  }
};

struct Ping {
  static constexpr auto kType = CommandType::ping;
  std::uint64_t token = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.token);
  }
};

struct Pong {
  static constexpr auto kType = CommandType::pong;
  std::uint64_t token = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.token);
  }
};

struct Bye {
  static constexpr auto kType = CommandType::bye;
  template <class Self, class Archive>
  static void fields(Self&, Archive&) {}
};

struct Drain {
  static constexpr auto kType = CommandType::drain;
  std::uint32_t deadline_ms = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.deadline_ms);
  }
};

struct Credit {
  static constexpr auto kType = CommandType::credit;
  std::uint64_t received = 0;  ///< counted commands received in this session: the other side may forget them
  std::uint64_t limit = 0;     ///< bytes of data commands that may be sent on this connection; never falls
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.received, self.limit);
  }
};

}  // namespace fanfare::protocol
