#pragma once
// Whether somebody is told of a row that is due, at the time of telling. A pure function of facts, presence and time;
// any thread. Promise: nobody is told who is there, who has read, who has muted, or who is no member.

#include <chrono>
#include <cstdint>
#include <string_view>

#include "workers/common/time_point.hpp"
#include "workers/store/notification_store.hpp"

namespace fanfare::workers::notify {

/// Of one person, as far as it is known here.
struct PersonPresence {
  enum class State : std::uint8_t { kUnknown, kOnline, kOffline };

  State state = State::kUnknown;
  std::chrono::milliseconds offline_for{};  ///< at least
};

enum class Why : std::uint8_t { kUnlinked, kNotMember, kAuthor, kRead, kMuted, kConversationMuted, kOnline, kRefused };
inline constexpr std::size_t kWhys = 8;

/// A label: "not_member".
[[nodiscard]] std::string_view name_of(Why why);

struct Decision {
  enum class Kind : std::uint8_t {
    kTell,      ///< with a new notification
    kChange,    ///< by changing the last one
    kWait,      ///< and decide again at `until`
    kSuppress,  ///< `why`
  };

  Kind kind = Kind::kTell;
  common::TimePoint until = {};
  Why why = Why::kUnlinked;

  bool operator==(const Decision&) const = default;
};

[[nodiscard]] Decision decide(const store::DueNotification& due, const PersonPresence& presence,
                              const store::NotifyTimes& times, common::TimePoint now);

}  // namespace fanfare::workers::notify
