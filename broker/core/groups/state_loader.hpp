#pragma once
// Puts the states of all groups together again from the records of `$groups`, oldest first. What is older than what is
// kept – changes without their snapshot, parts without their first – is passed over. Owned by Groups while it loads;
// the core's thread only.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "broker/core/groups/group_state.hpp"
#include "broker/core/groups/state_format.hpp"

namespace fanfare::broker::core::groups {

struct LoadedGroup {
  GroupState state;
  std::uint64_t snapshot = 0;         ///< sequence of the first record of its last whole snapshot
  std::size_t snapshot_bytes = 0;     ///< of its payloads
  std::size_t bytes_since = 0;        ///< of the changes behind it
  std::uint64_t stream_bytes_by = 0;  ///< bytes of all payloads up to the snapshot
};

class StateLoader {
 public:
  /// The next record; false when it is none.
  bool take(std::string_view payload, std::uint64_t sequence);

  [[nodiscard]] std::map<std::string, LoadedGroup, std::less<>> take_groups() { return std::move(groups_); }
  /// Bytes of all payloads taken.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  void take_part(std::string_view group, SnapshotPart part, std::size_t bytes, std::uint64_t sequence);

  std::map<std::string, LoadedGroup, std::less<>> groups_;
  struct Begun {
    LoadedGroup group;
    std::uint32_t next = 0;  ///< part
  };
  std::map<std::string, Begun, std::less<>> begun_;  ///< snapshots whose last part has not come
  std::uint64_t bytes_ = 0;
};

}  // namespace fanfare::broker::core::groups
