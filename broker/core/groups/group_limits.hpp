#pragma once
// What a group may be: the ranges of its settings and the form of its name, the same in JOIN, in the configuration and
// in what was stored. Pure functions; any thread.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "broker/core/groups/group_state.hpp"
#include "protocol/topic.hpp"

namespace fanfare::broker::core::groups {

inline constexpr std::chrono::milliseconds kMinAckWait{100};
inline constexpr std::chrono::milliseconds kMaxAckWait = std::chrono::hours(24);
inline constexpr std::uint32_t kMaxDeliver = 1000;
inline constexpr std::uint32_t kMaxPending = 10'000'000;
inline constexpr std::size_t kMaxBackOffs = 32;
inline constexpr std::chrono::milliseconds kMaxDelay = std::chrono::hours(24);
inline constexpr std::uint32_t kMaxInFlight = 65'536;
inline constexpr std::uint32_t kStandardInFlight = 256;

/// One token that is a name.
[[nodiscard]] inline bool is_group_name(std::string_view name) {
  return protocol::is_name(name) && name.find('.') == std::string_view::npos;
}

/// Which setting is outside its range, for people; empty when none is. Pattern and order are not looked at.
[[nodiscard]] inline std::string_view wrong_limit(const GroupSettings& settings) {
  const auto is_delay = [](std::chrono::milliseconds delay) {
    return delay >= std::chrono::milliseconds::zero() && delay <= kMaxDelay;
  };
  if (settings.ack_wait < kMinAckWait || settings.ack_wait > kMaxAckWait) return "ack_wait: 100 ms to 24 h";
  if (settings.max_deliver < 1 || settings.max_deliver > kMaxDeliver) return "max_deliver: 1 to 1,000";
  if (settings.max_pending < 1 || settings.max_pending > kMaxPending) return "max_pending: 1 to 10,000,000";
  if (settings.back_off.empty() || settings.back_off.size() > kMaxBackOffs) return "back_off: 1 to 32 entries";
  if (!std::ranges::all_of(settings.back_off, is_delay)) return "back_off: each at most 24 h";
  return {};
}

}  // namespace fanfare::broker::core::groups
