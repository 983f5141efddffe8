#include "tests/simulation/presence_truth.hpp"

#include <algorithm>

#include "protocol/frame.hpp"

namespace fanfare::simulation {

PresenceKey presence_key(std::string_view name) {
  return static_cast<PresenceKey>(std::ranges::find(kPresenceKeys, name) - kPresenceKeys.begin());
}

void PresenceTruth::become(Key& key, State state) {
  if (key.history.back() != state) key.history.push_back(state);
}

void PresenceTruth::broker_starts(Time now) {
  settles_ = now + lease_ + grace_;
  for (auto& key : keys_) {
    key.holders.clear();
    key.let_go = {};
    // Nobody asks about one that was never online.
    if (key.history.size() > 1) become(key, State::unknown);
  }
  pending_ = static_cast<std::size_t>(std::ranges::count_if(keys_, is_pending));
}

void PresenceTruth::up(Number session, std::string_view frame, Time now) {
  if (session == 0) return;
  protocol::FrameReader reader(frame);
  while (const auto raw = reader.next()) {
    if (raw->type != protocol::CommandType::presence) continue;
    const auto command = protocol::decode<protocol::PresenceCommand>(raw->body);
    if (!command) continue;
    for (const auto& name : command->keys) {
      const auto place = presence_key(name);
      if (place == keys_.size()) continue;
      auto& key = keys_.at(place);
      if (command->action == protocol::PresenceAction::hold) {
        if (is_pending(key)) --pending_;
        key.holders.insert(session);
        become(key, State::online);
      } else if (command->action == protocol::PresenceAction::release) {
        let_go(key, session, now);
      }
    }
  }
}

void PresenceTruth::let_go(Key& key, Number session, Time now) {
  if (key.holders.erase(session) == 0 || !key.holders.empty()) return;
  key.let_go = now;
  ++pending_;
}

void PresenceTruth::lost(Number session, Time now) {
  for (auto& key : keys_) let_go(key, session, now);
}

void PresenceTruth::passes(Time now) {
  if (pending_ == 0 || now < settles_) return;
  for (auto& key : keys_) {
    if (!is_pending(key) || now < key.let_go + grace_) continue;
    become(key, State::offline);
    --pending_;
  }
}

std::optional<std::size_t> PresenceTruth::find(PresenceKey key, std::size_t from, State state) const {
  const auto& history = keys_.at(key).history;
  const auto found = std::find(history.begin() + static_cast<std::ptrdiff_t>(from), history.end(), state);
  std::optional<std::size_t> place;
  if (found != history.end()) place.emplace(static_cast<std::size_t>(found - history.begin()));
  return place;
}

}  // namespace fanfare::simulation
