#include "tests/simulation/presence_check.hpp"

#include <algorithm>
#include <utility>

#include "tests/simulation/complaint.hpp"
#include "tests/simulation/topics.hpp"

namespace fanfare::simulation {
namespace {

std::string text_of(protocol::PresenceState state) {
  switch (state) {
    case protocol::PresenceState::offline:
      return "offline";
    case protocol::PresenceState::online:
      return "online";
    case protocol::PresenceState::unknown:
      break;
  }
  return "unknown";
}

}  // namespace

PresenceCheck::PresenceCheck(const PresenceTruth& truth, std::string name) : truth_(truth), name_(std::move(name)) {
  for (PresenceKey key = 0; key < known_.size(); ++key) known_.at(key) = truth_.latest(key);
}

bool PresenceCheck::Watch::wants(PresenceKey key) const {
  return matches_names(kPresencePatterns.at(pattern), kPresenceKeys.at(key));
}

std::string PresenceCheck::describe(PresenceKey key, State state) const {
  return name_ + " is told that " + std::string(kPresenceKeys.at(key)) + " is " + text_of(state);
}

bool PresenceCheck::holds_key(PresenceKey key) const {
  return std::ranges::any_of(holds_, [&](const auto& one) { return one.second == key; });
}

void PresenceCheck::registered(Handle handle) const {
  const auto found = holds_.find(handle);
  if (found == holds_.end()) return;
  const auto key = found->second;
  // It may have held the key before, and its session, which it still hopes to resume, may be gone.
  if (!truth_.find(key, first_held_.at(key), State::online)) {
    throw Complaint("hold", name_ + " is told that it holds " + std::string(kPresenceKeys.at(key)) +
                                ", and the broker was never told so");
  }
}

void PresenceCheck::told(const session::PresenceTold& told) {
  const auto key = presence_key(told.key);
  const auto found = watches_.find(told.handle);
  if (key == kPresenceKeys.size() || found == watches_.end() || !found->second.wants(key)) {
    throw Complaint("presence", name_ + " is told of " + std::string(told.key) + ", which it does not watch");
  }
  auto& state = found->second.states.at(key);
  if (told.before != state || told.after == state) {
    throw Complaint("transition", describe(key, told.after) + ", from " + text_of(told.before) +
                                      ", when it had been told that it is " + text_of(state));
  }
  // What a new watch is told first is what another one has heard.
  if (told.after == State::unknown && state == State::offline && found->second.is_complete) {
    throw Complaint("transition", describe(key, told.after) + ", of which it has never heard");
  }
  state = told.after;
  advance(key, state);
}

/// Whatever it is told was so, later than what it was told before.
void PresenceCheck::advance(PresenceKey key, State state) {
  const auto place = truth_.find(key, known_.at(key), state);
  if (!place) throw Complaint("presence", describe(key, state) + ", which it was not since it was told last");
  known_.at(key) = *place;
}

void PresenceCheck::complete(const session::PresenceComplete& told) {
  const auto found = watches_.find(told.handle);
  if (found == watches_.end()) throw Complaint("presence", name_ + " is told all of what it does not watch");
  auto& watch = found->second;
  watch.is_complete = true;
  watch.settling = told.settling;
  if (told.settling) return;
  for (PresenceKey key = 0; key < kPresenceKeys.size(); ++key) {
    if (!watch.wants(key) || watch.states.at(key) == State::online) continue;
    if (watch.states.at(key) == State::unknown) {
      throw Complaint("presence", describe(key, State::unknown) + " when nothing is unknown any more");
    }
    advance(key, State::offline);
  }
}

bool PresenceCheck::is_right(const Watch& watch, PresenceKey key) const {
  return !watch.wants(key) || watch.states.at(key) == truth_.state(key);
}

bool PresenceCheck::is_right() const {
  return std::ranges::all_of(watches_, [&](const auto& one) {
    const auto& watch = one.second;
    if (!watch.is_complete || watch.settling) return false;
    for (PresenceKey key = 0; key < kPresenceKeys.size(); ++key) {
      if (!is_right(watch, key)) return false;
    }
    return true;
  });
}

void PresenceCheck::complete() const {
  for (const auto& [handle, watch] : watches_) {
    const auto which = name_ + " watch " + std::to_string(handle);
    if (!watch.is_complete) throw Complaint("presence", which + " was never told all");
    if (watch.settling) throw Complaint("presence", which + " believes that the broker settles for ever");
    for (PresenceKey key = 0; key < kPresenceKeys.size(); ++key) {
      if (is_right(watch, key)) continue;
      throw Complaint("presence", which + " believes in the end that " + std::string(kPresenceKeys.at(key)) + " is " +
                                      text_of(watch.states.at(key)) + ", and it is " + text_of(truth_.state(key)));
    }
  }
}

}  // namespace fanfare::simulation
