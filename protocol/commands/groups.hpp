#pragma once
// Durable work queues: membership, acknowledgements, roles (PROTOCOL.md §5). Plain data; any thread.

#include <fanfare/uuid.hpp>

#include <cstdint>
#include <vector>

#include "protocol/commands/common.hpp"
#include "protocol/commands/subscriptions.hpp"
#include "protocol/wire.hpp"

namespace fanfare::protocol {

enum class GroupOrder : std::uint8_t { any = 0, key = 1, exclusive = 2 };
constexpr GroupOrder last_value(GroupOrder) { return GroupOrder::exclusive; }

struct Join {
  static constexpr auto kType = CommandType::join;
  RequestNumber request = 0;
  Handle handle = 0;
  GroupOrder order = GroupOrder::any;
  From from = From::all;  ///< all or now; counts only when the JOIN creates the group
  std::uint32_t max_in_flight = 0;
  std::uint32_t ack_wait_ms = 0;
  std::uint16_t max_deliver = 0;
  std::uint32_t max_pending = 0;
  std::vector<std::uint32_t> back_off_ms;
  ShortText group;
  ShortText pattern;  ///< empty: an exclusive group that only elects
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.handle, self.order, self.from, self.max_in_flight, self.ack_wait_ms, self.max_deliver,
            self.max_pending, self.back_off_ms, self.group, self.pattern);
  }
};

struct Leave {
  static constexpr auto kType = CommandType::leave;
  static constexpr std::uint8_t kWhenDone = 1;

  RequestNumber request = 0;
  Handle handle = 0;
  std::uint8_t flags = 0;  ///< kWhenDone: nothing more is handed over; answered when what was is settled
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.handle, self.flags);
  }
};

struct AckEntry {
  std::uint64_t sequence = 0;
  std::uint16_t attempt = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.sequence, self.attempt);
  }
};

struct Ack {
  static constexpr auto kType = CommandType::ack;
  static constexpr std::uint8_t kCumulative = 1;

  RequestNumber request = 0;
  Handle handle = 0;
  std::uint8_t flags = 0;  ///< kCumulative: everything up to the entry that was delivered on this handle
  Uuid epoch;
  std::vector<AckEntry> entries;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.handle, self.flags, self.epoch, self.entries);
  }
};

enum class NackKind : std::uint8_t { failed = 0, defer = 1 };
constexpr NackKind last_value(NackKind) { return NackKind::defer; }

struct Nack {
  static constexpr auto kType = CommandType::nack;
  RequestNumber request = 0;
  Handle handle = 0;
  NackKind kind = NackKind::failed;
  std::uint32_t delay_ms = 0;
  Uuid epoch;
  AckEntry entry;
  LongText reason;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.handle, self.kind, self.delay_ms, self.epoch, self.entry, self.reason);
  }
};

struct Progress {
  static constexpr auto kType = CommandType::progress;
  Handle handle = 0;
  Uuid epoch;
  AckEntry entry;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.handle, self.epoch, self.entry);
  }
};

enum class RoleKind : std::uint8_t { standby = 0, active = 1 };
constexpr RoleKind last_value(RoleKind) { return RoleKind::active; }

struct Role {
  static constexpr auto kType = CommandType::role;
  Handle handle = 0;
  RoleKind role = RoleKind::standby;
  std::uint64_t term = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.handle, self.role, self.term);
  }
};

struct Revoke {
  static constexpr auto kType = CommandType::revoke;
  Handle handle = 0;
  Uuid epoch;
  std::vector<AckEntry> entries;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.handle, self.epoch, self.entries);
  }
};

enum class ManageAction : std::uint8_t {
  reset = 0,       ///< the group begins anew, where `from` and `position` say
  drop = 1,        ///< the group is forgotten, with its dead letters; its members get ERROR no_such_group
  retry_dead = 2,  ///< dead letters go back to the group, each at its original position
  drop_dead = 3,   ///< dead letters are let go
};
constexpr ManageAction last_value(ManageAction) { return ManageAction::drop_dead; }

/// What an operator does to a group; answered OK once it is committed.
struct Manage {
  static constexpr auto kType = CommandType::manage;
  RequestNumber request = 0;
  ManageAction action = ManageAction::reset;
  From from = From::all;  ///< reset: all, now, after, at
  Position position;      ///< reset: for after (its sequence may be 0: the beginning) and at
  ShortText group;
  std::vector<std::uint64_t> sequences;  ///< retry_dead, drop_dead: sequences of the stream `dead`; none: all of them
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.action, self.from, self.position.epoch, self.position.sequence, self.group,
            self.sequences);
  }
};

}  // namespace fanfare::protocol
