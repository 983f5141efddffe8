#pragma once
// Presence keys: who holds them, who watches them (PROTOCOL.md §5). Plain data; any thread.

#include <fanfare/uuid.hpp>

#include <cstdint>
#include <vector>

#include "protocol/commands/common.hpp"
#include "protocol/wire.hpp"

namespace fanfare::protocol {

enum class PresenceAction : std::uint8_t { hold = 0, release = 1, watch = 2, unwatch = 3 };
constexpr PresenceAction last_value(PresenceAction) { return PresenceAction::unwatch; }

/// Client to broker.
struct PresenceCommand {
  static constexpr auto kType = CommandType::presence;
  RequestNumber request = 0;
  PresenceAction action = PresenceAction::hold;
  std::vector<ShortText> keys;  ///< of a watch: patterns
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.action, self.keys);
  }
};

enum class PresenceState : std::uint8_t { offline = 0, online = 1, unknown = 2 };
constexpr PresenceState last_value(PresenceState) { return PresenceState::unknown; }

enum class PresenceKind : std::uint8_t { snapshot = 0, change = 1, reset = 2 };
constexpr PresenceKind last_value(PresenceKind) { return PresenceKind::reset; }

struct PresenceEntry {
  PresenceState state = PresenceState::offline;
  ShortText key;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.state, self.key);
  }
};

/// Broker to client.
struct PresenceUpdate {
  static constexpr auto kType = CommandType::presence;
  static constexpr std::uint8_t kLast = 1;
  static constexpr std::uint8_t kSettling = 2;

  PresenceKind kind = PresenceKind::snapshot;
  std::uint8_t flags = 0;
  Uuid run;
  std::uint64_t version = 0;
  std::vector<PresenceEntry> entries;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.kind, self.flags, self.run, self.version, self.entries);
  }
};

}  // namespace fanfare::protocol
