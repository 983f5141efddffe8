#include "sdk/session/presence_watches.hpp"

#include <algorithm>

#include "protocol/topic.hpp"

namespace fanfare::session {

void PresenceWatches::add(Handle handle, std::string_view pattern) {
  watches_.emplace(handle, Watch{std::string(pattern), false});
  if (!names_.add(handle, pattern)) return;
  listener_.on_event(Registered{handle});
  if (!view_.complete()) return;
  auto& watch = watches_.at(handle);
  tell_all(handle, watch);
  watch.told = true;
  listener_.on_event(PresenceComplete{handle, view_.settling()});
}

bool PresenceWatches::remove(Handle handle) {
  watches_.erase(handle);
  return names_.remove(handle);
}

void PresenceWatches::acknowledged(const std::vector<Handle>& handles) {
  // Also where nobody waits for it any more.
  view_.expect_snapshot();
  for (const auto handle : handles) listener_.on_event(Registered{handle});
}

void PresenceWatches::end(const std::vector<Handle>& handles, const Error& error) {
  for (const auto handle : handles) {
    watches_.erase(handle);
    listener_.on_event(RegistrationFailed{handle, error});
  }
}

void PresenceWatches::take(const protocol::PresenceUpdate& update) {
  if (view_.take(update)) complete();
}

void PresenceWatches::complete() {
  for (auto& [handle, watch] : watches_) {
    const auto* name = names_.find(watch.pattern);
    if (name == nullptr || !name->ready) continue;
    if (!watch.told) tell_all(handle, watch);
    watch.told = true;
    listener_.on_event(PresenceComplete{handle, view_.settling()});
  }
}

void PresenceWatches::tell_all(Handle handle, const Watch& watch) {
  using protocol::PresenceState;
  for (const auto& [key, entry] : view_.entries()) {
    if (entry.state == PresenceState::offline || !protocol::matches(watch.pattern, key)) continue;
    listener_.on_event(PresenceTold{handle, key, PresenceState::offline, entry.state});
  }
}

void PresenceWatches::rewind() {
  PresenceNames::Names gone;
  names_.rewind(gone);
  view_.begin_session();
  for (const auto& pattern : gone) view_.forget(pattern);
}

bool PresenceWatches::wants(std::string_view key) const { return !names_.matching(key).empty(); }

bool PresenceWatches::covers(std::string_view key) const {
  return std::ranges::any_of(names_.matching(key), &PresenceNames::Name::ready);
}

void PresenceWatches::tell(std::string_view key, protocol::PresenceState before, protocol::PresenceState after) {
  for (const auto* name : names_.matching(key)) {
    for (const auto handle : name->handles) {
      if (watches_.at(handle).told) listener_.on_event(PresenceTold{handle, key, before, after});
    }
  }
}

}  // namespace fanfare::session
