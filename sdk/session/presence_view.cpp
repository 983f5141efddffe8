#include "sdk/session/presence_view.hpp"

#include "protocol/topic.hpp"

namespace fanfare::session {

using protocol::PresenceKind;
using protocol::PresenceUpdate;

bool PresenceView::take(const PresenceUpdate& update) {
  if (update.run != run_) begin_run(update.run);
  const bool settling = (update.flags & PresenceUpdate::kSettling) != 0;
  switch (update.kind) {
    case PresenceKind::reset:
      awaiting_ = true;
      under_way_ = false;
      return false;
    case PresenceKind::change:
      if (update.version <= known_) return false;
      for (const auto& entry : update.entries) change(entry.key, entry.state, update.version);
      return !settling && settle(update.version);
    case PresenceKind::snapshot:
      awaiting_ = true;
      if (!under_way_ || version_ != update.version) {
        under_way_ = true;
        version_ = update.version;
        ++number_;
      }
      for (const auto& entry : update.entries) {
        if (entry.state != State::online || !owner_.wants(entry.key)) continue;
        auto found = entries_.find(entry.key);
        if (found == entries_.end()) found = entries_.emplace(entry.key, Entry{}).first;
        found->second.shown = number_;
      }
      if ((update.flags & PresenceUpdate::kLast) == 0) return false;
      finish(settling);
      return true;
  }
  return false;
}

void PresenceView::begin_session() {
  awaiting_ = true;
  under_way_ = false;
}

void PresenceView::begin_run(const Uuid& run) {
  begin_session();
  run_ = run;
  known_ = 0;
  settled_ = 0;
  for (auto& [key, entry] : entries_) entry.changed = 0;
}

void PresenceView::change(std::string_view key, State state, std::uint64_t version) {
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    if (!owner_.wants(key) || (state != State::online && !awaiting_)) return;
    found = entries_.emplace(key, Entry{}).first;
  }
  auto& entry = found->second;
  entry.changed = version;
  // Nobody asked about what is not known to have been online.
  if (state == State::unknown && entry.state == State::offline) state = State::offline;
  become(found->first, entry, state);
  // While a snapshot is awaited it must be known that this is later.
  if (state == State::offline && !awaiting_) entries_.erase(found);
}

bool PresenceView::settle(std::uint64_t version) {
  if (settled_ == 0) settled_ = version;
  if (awaiting_ || !settling_) return false;
  settling_ = false;
  for (auto at = entries_.begin(); at != entries_.end();) {
    if (at->second.state == State::unknown) {
      become(at->first, at->second, State::offline);
      at = entries_.erase(at);
    } else {
      ++at;
    }
  }
  return true;
}

void PresenceView::finish(bool settling) {
  awaiting_ = false;
  under_way_ = false;
  known_ = version_;
  settling_ = settling && settled_ <= version_;
  for (auto at = entries_.begin(); at != entries_.end();) {
    const auto& key = at->first;
    auto& entry = at->second;
    const bool later = entry.changed > version_;
    const bool shown = entry.shown == number_;
    if (later || shown || owner_.covers(key)) {
      auto state = entry.state;
      if (!later) state = shown ? State::online : State::offline;
      if (!later && !shown && settling_ && entry.state != State::offline) state = State::unknown;
      if (later && state == State::unknown && !settling_) state = State::offline;
      become(key, entry, state);
    }
    at = entry.state == State::offline ? entries_.erase(at) : std::next(at);
  }
}

void PresenceView::become(std::string_view key, Entry& entry, State state) {
  const auto before = entry.state;
  if (before == state) return;
  entry.state = state;
  owner_.tell(key, before, state);
}

void PresenceView::forget(std::string_view pattern) {
  const auto begin = pattern.substr(0, pattern.find_first_of("*>"));
  for (auto at = entries_.lower_bound(begin); at != entries_.end() && at->first.starts_with(begin);) {
    at = protocol::matches(pattern, at->first) && !owner_.wants(at->first) ? entries_.erase(at) : std::next(at);
  }
}

}  // namespace fanfare::session
