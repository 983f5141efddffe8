#pragma once
// Subscriptions, deliveries and reading back (PROTOCOL.md §5). Plain data; any thread.

#include <fanfare/position.hpp>
#include <fanfare/uuid.hpp>

#include <cstdint>
#include <vector>

#include "protocol/commands/common.hpp"
#include "protocol/wire.hpp"

namespace fanfare::protocol {

enum class From : std::uint8_t { now = 0, all = 1, after = 2, at = 3, time = 4 };
constexpr From last_value(From) { return From::time; }

enum class Overflow : std::uint8_t { standard = 0, spill = 1, drop_oldest = 2, close = 3 };
constexpr Overflow last_value(Overflow) { return Overflow::close; }

struct Subscribe {
  static constexpr auto kType = CommandType::subscribe;
  RequestNumber request = 0;
  Handle handle = 0;
  From from = From::now;
  Overflow overflow = Overflow::standard;
  Position position;      ///< after: exclusive; at: inclusive, the epoch is not looked at
  std::int64_t time = 0;  ///< microseconds since 1970
  ShortText pattern;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.handle, self.from, self.overflow, self.position.epoch, self.position.sequence, self.time,
            self.pattern);
  }
};

/// Ends a subscription or a service.
struct Unsubscribe {
  static constexpr auto kType = CommandType::unsubscribe;
  RequestNumber request = 0;
  Handle handle = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.handle);
  }
};

enum class DeliveryKind : std::uint8_t { live = 0, replay = 1, group = 2 };
constexpr DeliveryKind last_value(DeliveryKind) { return DeliveryKind::group; }

struct Deliver {
  static constexpr auto kType = CommandType::deliver;
  StreamNumber stream = kNoStream;
  DeliveryKind kind = DeliveryKind::live;
  Handle handle = 0;          ///< of the replayed subscription (0: all shared ones) or the membership; live: 0
  Uuid epoch;                 ///< nil without a stream
  std::uint64_t through = 0;  ///< up to here nothing of this delivery is missing
  std::uint32_t count = 0;
  std::vector<std::uint16_t> attempts;  ///< group: one per record
  Tail records;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.stream, self.kind, self.handle, self.epoch, self.through, self.count);
    if (self.kind == DeliveryKind::group) archive(self.attempts);
    archive(self.records);
  }
};

struct CaughtUp {
  static constexpr auto kType = CommandType::caught_up;
  Handle handle = 0;
  StreamPosition at;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.handle, self.at);
  }
};

struct PositionUpdate {
  static constexpr auto kType = CommandType::position;
  StreamPosition through;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.through);
  }
};

enum class GapReason : std::uint8_t { session_lost = 0, overflow = 1, retention = 2, epoch_changed = 3, damaged = 4 };
constexpr GapReason last_value(GapReason) { return GapReason::damaged; }

struct Gap {
  static constexpr auto kType = CommandType::gap;
  Handle handle = 0;  ///< 0: all of the session's subscriptions
  StreamNumber stream = kNoStream;
  Uuid epoch;
  std::uint64_t from = 0;  ///< first and last sequence that may be missing; 0 without a stream
  std::uint64_t to = 0;
  GapReason reason = GapReason::session_lost;
  std::uint64_t dropped = 0;  ///< messages, where they were counted
  ShortText pattern;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.handle, self.stream, self.epoch, self.from, self.to, self.reason, self.dropped, self.pattern);
  }
};

struct Fetch {
  static constexpr auto kType = CommandType::fetch;
  RequestNumber request = 0;
  From from = From::all;
  Position position;
  std::int64_t time = 0;
  std::uint32_t max_count = 0;
  std::uint32_t max_bytes = 0;
  ShortText pattern;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.from, self.position.epoch, self.position.sequence, self.time, self.max_count,
            self.max_bytes, self.pattern);
  }
};

}  // namespace fanfare::protocol
