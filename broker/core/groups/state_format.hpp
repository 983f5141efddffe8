#pragma once
// The records of the stream `$groups` (docs/journal-format.md): a snapshot of a group in one or more parts, changes of
// a group, a group that was dropped. What is read is checked strictly, whoever wrote it. Pure functions and values; any
// thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "broker/core/groups/group_state.hpp"

namespace fanfare::broker::core::groups {

/// Payloads are no larger, whatever the group holds.
inline constexpr std::size_t kMaxStatePayload = 512U * 1024U;

struct SnapshotPart {
  std::uint32_t part = 0;  ///< from 0; the parts of a snapshot follow each other
  bool last = false;
  GroupState state;  ///< part 0: all but what further parts add; later ones: only what they add
};
struct GroupDropped {};

struct GroupRecord {
  std::string group;
  std::variant<SnapshotPart, GroupChanges, GroupDropped> what;
};

[[nodiscard]] std::vector<std::string> encode_snapshot(const GroupState& state);
/// Several only when they are many; each of them may be applied without those behind it.
[[nodiscard]] std::vector<std::string> encode_changes(std::string_view group, const GroupChanges& changes);
[[nodiscard]] std::string encode_dropped(std::string_view group);

/// Nullopt: this is no record of `$groups`.
[[nodiscard]] std::optional<GroupRecord> decode_group_record(std::string_view payload);

}  // namespace fanfare::broker::core::groups
