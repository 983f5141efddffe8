#include "broker/core/presence/presence.hpp"

#include <algorithm>

#include "protocol/topic.hpp"

namespace fanfare::broker::core::presence {

using protocol::PresenceAction;

namespace {

constexpr std::string_view kTopics = "$presence.";

}  // namespace

Presence::Presence(const Settings& settings, Sessions& sessions, Audiences& audiences, Publishing& publishing,
                   Counters& counters, Uuid run, Instant now)
    : settings_(settings),
      sessions_(sessions),
      audiences_(audiences),
      publishing_(publishing),
      counters_(counters),
      settles_(now.steady + settings.lease + settings.presence_grace),
      keys_(settings.presence_grace, settles_, settings.presence_holds),
      // Well below what would end the session as one that does not read.
      watchers_(run, std::min<std::size_t>(settings.presence_unconfirmed, settings.outbox / 4), *this) {}

// ---- Commands

void Presence::command(Session& session, const protocol::PresenceCommand& command, Instant now) {
  const std::vector<std::string_view> names(command.keys.begin(), command.keys.end());
  std::string_view detail;
  if (const auto error = check(session, command, names, detail)) {
    return sessions_.refuse(session, command.request, protocol::CommandType::presence, *error, detail);
  }
  for (const auto name : names) {
    switch (command.action) {
      case PresenceAction::hold:
        keys_.hold(session.key, name, now);
        break;
      case PresenceAction::release:
        keys_.release(session.key, name, now);
        break;
      case PresenceAction::watch:
        watchers_.watch(session.key, name);
        break;
      case PresenceAction::unwatch:
        watchers_.unwatch(session.key, name);
        break;
    }
  }
  if (command.action == PresenceAction::watch) watchers_.want_snapshot(session.key);
  sessions_.answer(session, protocol::Ok{.request = command.request});
}

/// Why the command is refused, before anything of it is done.
std::optional<ErrorCode> Presence::check(const Session& session, const protocol::PresenceCommand& command,
                                         const std::vector<std::string_view>& names, std::string_view& detail) {
  const bool of_keys = command.action == PresenceAction::hold || command.action == PresenceAction::release;
  const auto is_valid = [&](std::string_view name) {
    return of_keys ? is_key(name) : protocol::is_pattern(name, settings_.limits);
  };
  if (const auto wrong = std::ranges::find_if_not(names, is_valid); wrong != names.end()) {
    detail = *wrong;
    return of_keys ? ErrorCode::bad_topic : ErrorCode::bad_pattern;
  }
  if (command.action == PresenceAction::hold) {
    auto more = names.size();  // what is held already, or named twice, counts only where it matters
    const auto fits = [&] {
      return keys_.held_by(session.key) + more <= settings_.presence_keys && keys_.has_room(more);
    };
    if (!fits()) more = keys_.count_new(session.key, names);
    if (!fits()) {
      detail = keys_.has_room(more) ? "keys of a session" : "keys at this broker";
      return ErrorCode::too_many_presence_keys;
    }
  } else if (command.action == PresenceAction::watch) {
    std::set<std::string_view> fresh(names.begin(), names.end());
    std::erase_if(fresh, [&](std::string_view name) { return watchers_.watches(session.key, name); });
    if (watchers_.patterns_of(session.key) + fresh.size() > settings_.presence_patterns) {
      detail = "patterns of a session";
      return ErrorCode::too_many_presence_keys;
    }
  }
  return std::nullopt;
}

/// The topic of its transitions must be one, too.
bool Presence::is_key(std::string_view name) const {
  auto limits = settings_.limits;
  limits.topic_bytes =
      static_cast<std::uint16_t>(limits.topic_bytes - std::min<std::size_t>(limits.topic_bytes, kTopics.size()));
  limits.topic_tokens = static_cast<std::uint16_t>(limits.topic_tokens - std::min<std::size_t>(limits.topic_tokens, 1));
  return !name.starts_with('$') && protocol::is_topic(name, limits);
}

void Presence::leave(const Session& session) {
  keys_.leave(session.key);
  watchers_.leave(session.key);
}

// ---- What follows

void Presence::run(Instant now) {
  keys_.let_go_left(now);
  if (!settling_) keys_.expire(now);
  tell_changes(now);
  if (settling_ && now.steady >= settles_ && !keys_.has_transitions()) {
    // Everybody knows now who is online, so who is not is offline.
    settling_ = false;
    watchers_.tell_settled(++version_);
    keys_.expire(now);
    tell_changes(now);
  }
  // A snapshot shows the keys as they are at its version: what happened until then must have been told.
  if (!keys_.has_transitions()) watchers_.work(keys_.all(), version_, settling_);
}

/// A turn's worth.
void Presence::tell_changes(Instant now) {
  for (int commands = 2; commands > 0 && keys_.has_transitions(); --commands) {
    const auto changes = keys_.take_transitions(watchers_.max_names());
    watchers_.tell(changes, ++version_, settling_);
    announce(changes, now);
  }
}

void Presence::announce(const std::vector<Transition>& changes, Instant now) {
  std::string topic(kTopics);
  for (const auto& change : changes) {
    ++(change.online ? counters_.presence_online : counters_.presence_offline);
    topic.resize(kTopics.size());
    topic += change.key;
    // Most often nobody listens; the topic is not even remembered then.
    if (audiences_.reach_anybody(topic)) publishing_.announce(topic, {}, change.online ? "online" : "offline", now);
  }
}

std::optional<std::chrono::microseconds> Presence::next_deadline() const {
  auto next = keys_.next_deadline();
  if (settling_ && watchers_.size() > 0) next = std::min(next.value_or(settles_), settles_);
  return next;
}

void Presence::send(SessionKey watcher, const protocol::PresenceUpdate& update) {
  if (auto* session = sessions_.by_key(watcher)) sessions_.answer(*session, update);
}

std::size_t Presence::unconfirmed(SessionKey watcher) const {
  const auto* session = sessions_.by_key(watcher);
  return session == nullptr ? 0 : session->out.unconfirmed_free();
}

// ---- QUERY

std::vector<Headers> Presence::rows(std::string_view cursor, std::size_t limit, std::string& next) const {
  std::vector<Headers> rows;
  const auto& all = keys_.all();
  auto at = all.upper_bound(cursor);
  for (; at != all.end() && rows.size() < limit; ++at) {
    const auto& key = at->second;
    rows.push_back({{"key", at->first},
                    {"state", key.holders > 0 ? "online" : "grace"},
                    {"holders", std::to_string(key.holders)},
                    {"since", std::to_string(key.since)}});
  }
  next = at == all.end() || rows.empty() ? std::string() : rows.back().at("key");
  return rows;
}

}  // namespace fanfare::broker::core::presence
