#include "workers/notify/decide.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "workers/notify/quiet_hours.hpp"

namespace fanfare::workers::notify {
namespace {

using common::TimePoint;
using store::DueNotification;

/// When presence is not known, which seldom lasts long.
constexpr std::chrono::milliseconds kLookAgain{1'000};

Decision wait_until(TimePoint until) { return {.kind = Decision::Kind::kWait, .until = until}; }

std::optional<Why> reason_not_to(const DueNotification& due, TimePoint now) {
  if (!due.address) return Why::kUnlinked;
  if (!due.is_member) return Why::kNotMember;
  if (due.author == due.person) return Why::kAuthor;
  if (due.read && *due.read >= due.up_to) return Why::kRead;
  if (due.muted_until && *due.muted_until > now) return Why::kMuted;
  if (due.is_conversation_muted && (!due.conversation_muted_until || *due.conversation_muted_until > now)) {
    return Why::kConversationMuted;
  }
  return std::nullopt;
}

/// Whether the last notification still says something that is not read.
bool can_change(const DueNotification& due) {
  return !due.told->message.empty() && due.told->count > 0 && !(due.read && *due.read >= due.told->up_to);
}

}  // namespace

std::string_view name_of(Why why) {
  constexpr std::array<std::string_view, kWhys> kNames{"unlinked", "not_member",         "author", "read",
                                                       "muted",    "conversation_muted", "online", "refused"};
  return kNames.at(static_cast<std::size_t>(why));
}

Decision decide(const DueNotification& due, const PersonPresence& presence, const store::NotifyTimes& times,
                TimePoint now) {
  using State = PersonPresence::State;
  if (const auto why = reason_not_to(due, now)) return {.kind = Decision::Kind::kSuppress, .why = *why};
  if (presence.state == State::kUnknown) return wait_until(now + kLookAgain);
  if (presence.state == State::kOnline) return {.kind = Decision::Kind::kSuppress, .why = Why::kOnline};
  if (presence.offline_for < times.grace) return wait_until(now + (times.grace - presence.offline_for));
  if (due.quiet) {
    if (const auto end = quiet_until(*due.quiet, now)) return wait_until(*end);
  }
  if (!due.told) return {};
  // A time that has not come yet is of a clock that was set back.
  const TimePoint window_ends = std::min(due.told->at, now) + times.window;
  if (window_ends <= now) return {};
  if (!can_change(due)) return wait_until(window_ends);
  const TimePoint change_at = std::min(due.told->changed_at, now) + times.change_every;
  return change_at <= now ? Decision{.kind = Decision::Kind::kChange} : wait_until(change_at);
}

}  // namespace fanfare::workers::notify
