#pragma once
// The streams that the broker keeps for groups: their state and their dead letters. Whoever makes Settings adds them;
// without them a core has no groups. Pure functions; any thread.

#include <string>
#include <string_view>

#include "broker/core/settings.hpp"

namespace fanfare::broker::core::groups {

inline constexpr std::string_view kStateStream = "$groups";
inline constexpr std::string_view kStateTopic = "$groups";
inline constexpr std::string_view kDeadStream = "dead";
inline constexpr std::string_view kDeadTopics = "$dead.>";

[[nodiscard]] inline std::string dead_topic(std::string_view group) { return "$dead." + std::string(group); }

/// Behind the streams that are there.
inline void add_own_streams(Settings& settings) {
  settings.streams.push_back({std::string(kDeadStream), {std::string(kDeadTopics)}});
  settings.streams.push_back({std::string(kStateStream), {std::string(kStateTopic)}});
}

}  // namespace fanfare::broker::core::groups
