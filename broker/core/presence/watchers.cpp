#include "broker/core/presence/watchers.hpp"

#include <algorithm>
#include <utility>

namespace fanfare::broker::core::presence {

using protocol::PresenceKind;
using protocol::PresenceState;
using protocol::PresenceUpdate;

namespace {

std::uint8_t flag_of(bool settling) { return settling ? PresenceUpdate::kSettling : std::uint8_t{0}; }

}  // namespace

std::size_t Watchers::patterns_of(SessionKey session) const {
  const auto found = watchers_.find(session);
  return found == watchers_.end() ? 0 : found->second.patterns.size();
}

bool Watchers::watches(SessionKey session, std::string_view pattern) const {
  const auto found = watchers_.find(session);
  return found != watchers_.end() && found->second.patterns.contains(pattern);
}

void Watchers::watch(SessionKey session, std::string_view pattern) {
  const auto [found, added] = watchers_.try_emplace(session, last_id_ + 1);
  auto& watcher = found->second;
  if (added) by_id_.emplace(++last_id_, session);
  if (!watcher.patterns.emplace(pattern).second) return;
  watcher.index.add(pattern, watcher.id);
  index_.add(pattern, watcher.id);
}

void Watchers::unwatch(SessionKey session, std::string_view pattern) {
  const auto found = watchers_.find(session);
  if (found == watchers_.end()) return;
  auto& watcher = found->second;
  const auto known = watcher.patterns.find(pattern);
  if (known == watcher.patterns.end()) return;
  watcher.patterns.erase(known);
  watcher.index.remove(pattern, watcher.id);
  index_.remove(pattern, watcher.id);
  if (watcher.patterns.empty()) leave(session);
}

void Watchers::want_snapshot(SessionKey session) {
  const auto found = watchers_.find(session);
  if (found == watchers_.end()) return;
  found->second.stage = Stage::wants;
  queue(session, found->second);
}

void Watchers::leave(SessionKey session) {
  const auto found = watchers_.find(session);
  if (found == watchers_.end()) return;
  for (const auto& pattern : found->second.patterns) index_.remove(pattern, found->second.id);
  if (found->second.queued) std::erase(queue_, session);
  by_id_.erase(found->second.id);
  watchers_.erase(found);
}

void Watchers::queue(SessionKey session, Watcher& watcher) {
  if (std::exchange(watcher.queued, true)) return;
  queue_.push_back(session);
}

void Watchers::has_room(SessionKey session) {
  const auto found = watchers_.find(session);
  if (found == watchers_.end() || found->second.stage == Stage::told || !may_snapshot(session)) return;
  queue(session, found->second);
}

void Watchers::tell(const std::vector<Transition>& changes, std::uint64_t version, bool settling) {
  std::set<SessionKey> concerned;
  for (const auto& change : changes) {
    const auto state = change.online ? PresenceState::online : PresenceState::offline;
    for (const auto id : index_.match(change.key)) {
      const auto session = by_id_.at(id);
      watchers_.at(session).changes.push_back({state, std::string_view(change.key)});
      concerned.insert(session);
    }
  }
  for (const auto session : concerned) tell_one(session, watchers_.at(session), version, settling);
}

void Watchers::tell_settled(std::uint64_t version) {
  for (auto& [session, watcher] : watchers_) tell_one(session, watcher, version, false);
}

void Watchers::tell_one(SessionKey session, Watcher& watcher, std::uint64_t version, bool settling) {
  PresenceUpdate update{.kind = PresenceKind::change, .flags = flag_of(settling), .run = run_, .version = version};
  update.entries = std::exchange(watcher.changes, {});
  if (watcher.missed) return;
  if (outlet_.unconfirmed(session) < bound_) return outlet_.send(session, update);
  watcher.missed = true;
  watcher.stage = Stage::wants;
  queue(session, watcher);
}

void Watchers::work(const Keys::Map& keys, std::uint64_t version, bool settling) {
  auto budget = turn_;
  // Each has its turn before one has a second.
  for (auto turns = queue_.size(); turns > 0 && budget > 0; --turns) {
    const auto session = queue_.front();
    queue_.pop_front();
    auto& watcher = watchers_.at(session);
    watcher.queued = false;
    if (go_on(session, watcher, keys, version, settling, budget)) queue(session, watcher);
  }
}

bool Watchers::go_on(SessionKey session, Watcher& watcher, const Keys::Map& keys, std::uint64_t version, bool settling,
                     std::size_t& budget) {
  if (!may_snapshot(session)) return false;
  if (std::exchange(watcher.missed, false)) {
    ++resets_;
    outlet_.send(session, {.kind = PresenceKind::reset, .flags = flag_of(settling), .run = run_, .version = version});
  }
  if (watcher.stage == Stage::wants) {
    watcher.stage = Stage::under_way;
    watcher.snapshot.emplace(watcher.patterns);
    watcher.version = version;
  }
  std::vector<std::string_view> names;
  watcher.snapshot->step(keys, watcher.index, budget, max_names(), names);
  const bool done = watcher.snapshot->done();
  if (!names.empty() || done) {
    const auto flags = static_cast<std::uint8_t>((done ? PresenceUpdate::kLast : 0) | flag_of(settling));
    PresenceUpdate part{.kind = PresenceKind::snapshot, .flags = flags, .run = run_, .version = watcher.version};
    part.entries.reserve(names.size());
    for (const auto name : names) part.entries.push_back({PresenceState::online, name});
    outlet_.send(session, part);
  }
  if (!done) return true;
  watcher.stage = Stage::told;
  watcher.snapshot.reset();
  return false;
}

}  // namespace fanfare::broker::core::presence
