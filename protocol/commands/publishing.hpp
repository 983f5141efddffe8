#pragma once
// Topics as numbers, messages and their acknowledgements (PROTOCOL.md §§4, 7). Plain data; any thread.

#include <fanfare/uuid.hpp>

#include <cstdint>
#include <vector>

#include "protocol/commands/common.hpp"
#include "protocol/wire.hpp"

namespace fanfare::protocol {

struct Topic {
  static constexpr auto kType = CommandType::topic;
  std::uint32_t number = 0;
  StreamNumber stream = kNoStream;  ///< numbers of one stream are apart from another's; 0 from a client
  ShortText name;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.number, self.stream, self.name);
  }
};

struct Forget {
  static constexpr auto kType = CommandType::forget;
  StreamNumber stream = kNoStream;
  std::vector<std::uint32_t> numbers;  ///< none: all of all streams
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.stream, self.numbers);
  }
};

/// Bits that messages, requests and records share.
namespace message_flags {
inline constexpr std::uint8_t kId = 1;         ///< the content begins with an id
inline constexpr std::uint8_t kResent = 2;     ///< PUBLISH: may have been sent before; `last` is there
inline constexpr std::uint8_t kTraced = 4;     ///< each component that handles it tells $sys.event.trace.<id>
inline constexpr std::uint8_t kRetrySafe = 8;  ///< REQUEST: handling it twice does no harm
}  // namespace message_flags

struct Publish {
  static constexpr auto kType = CommandType::publish;
  /// Where fields stand in the body, for who reads or writes a few of them without the rest; the content only in one
  /// that is not kResent.
  static constexpr std::size_t kTopicAt = sizeof(RequestNumber);
  static constexpr std::size_t kFlagsAt = kTopicAt + sizeof(std::uint32_t);
  static constexpr std::size_t kContentAt = kFlagsAt + 1 + 1 + sizeof(std::uint16_t);

  RequestNumber request = 0;
  std::uint32_t topic = 0;
  std::uint8_t flags = 0;
  std::uint8_t actor_size = 0;
  std::uint16_t headers_size = 0;
  StreamPosition last;  ///< the last position acknowledged to this publisher on the stream
  Tail content;         ///< [id] actor headers payload

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.topic, self.flags, self.actor_size, self.headers_size);
    if ((self.flags & message_flags::kResent) != 0) archive(self.last);
    archive(self.content);
  }
};

/// A run of acknowledged publishes: requests `first`, `first` + 1, … hold sequences `sequence`, `sequence` + 1, …
struct AckRange {
  static constexpr std::uint8_t kRepeated = 1;

  RequestNumber first = 0;
  std::uint32_t count = 0;
  std::uint8_t flags = 0;  ///< kRepeated: the id was known, this is the first one's position
  StreamNumber stream = kNoStream;
  Uuid epoch;
  std::uint64_t sequence = 0;  ///< without a stream: how many sessions each of the run was handed to
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.first, self.count, self.flags, self.stream, self.epoch, self.sequence);
  }
};

struct Puback {
  static constexpr auto kType = CommandType::puback;
  std::vector<AckRange> ranges;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.ranges);
  }
};

}  // namespace fanfare::protocol
