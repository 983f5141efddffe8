#pragma once
// The world's groups and how they work. Fixed tables and plain values; any thread.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "protocol/commands.hpp"

namespace fanfare::simulation {

struct GroupSpec {
  std::string_view name;
  protocol::GroupOrder order;
  std::uint32_t pattern;  ///< in kPatterns
  std::uint32_t stream;   ///< in kStreamNames
};
inline constexpr std::array<GroupSpec, 4> kGroups{{
    {"any", protocol::GroupOrder::any, 0, 0},
    {"key", protocol::GroupOrder::key, 0, 0},
    {"only", protocol::GroupOrder::exclusive, 1, 0},
    {"feeds", protocol::GroupOrder::key, 7, 1},
}};

[[nodiscard]] inline std::uint32_t group_of(std::string_view name) {
  return static_cast<std::uint32_t>(std::ranges::find(kGroups, name, &GroupSpec::name) - kGroups.begin());
}

/// Of all groups of an episode.
struct GroupLimits {
  std::chrono::milliseconds ack_wait{1'000};
  std::uint16_t max_deliver = 3;
  std::uint32_t max_pending = 1'000;
  std::vector<std::uint32_t> back_off_ms{20, 200};
};

}  // namespace fanfare::simulation
