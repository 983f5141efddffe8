// Presence keys that are held, and those that are watched (PROTOCOL.md §5, Presence).
#include <algorithm>

#include "protocol/topic.hpp"
#include "sdk/session/session.hpp"

namespace fanfare::session {
namespace {

constexpr std::string_view kPresenceTopics = "$presence.";

/// The topic of its transitions must be one, too.
bool is_presence_key(std::string_view key, protocol::Limits limits) {
  limits.topic_bytes = static_cast<std::uint16_t>(limits.topic_bytes -
                                                  std::min<std::size_t>(limits.topic_bytes, kPresenceTopics.size()));
  limits.topic_tokens = static_cast<std::uint16_t>(limits.topic_tokens - std::min<std::size_t>(limits.topic_tokens, 1));
  return !key.starts_with('$') && protocol::is_topic(key, limits);
}

/// What the refusal of many names means for each of them.
PresenceNames::Refused meaning_of(ErrorCode code) {
  if (describe(code).retry == Retry::after_reconnect) return PresenceNames::Refused::for_now;
  const bool one = code == ErrorCode::bad_topic || code == ErrorCode::bad_pattern;
  return one ? PresenceNames::Refused::for_one : PresenceNames::Refused::for_good;
}

}  // namespace

void Session::hold(Handle handle, std::string_view key) {
  if (phase_ == Phase::refused || phase_ == Phase::closed) {
    return listener_.on_event(RegistrationFailed{handle, ended_});
  }
  if (holds_.add(handle, key)) listener_.on_event(Registered{handle});
}

void Session::watch(Handle handle, std::string_view pattern) {
  if (phase_ == Phase::refused || phase_ == Phase::closed) {
    return listener_.on_event(RegistrationFailed{handle, ended_});
  }
  watches_.add(handle, pattern);
}

void Session::send_presence() {
  if (holds_.has_news()) {
    auto news = holds_.take_news([this](std::string_view key) { return is_presence_key(key, limits_); });
    for (const auto& [handle, key] : news.invalid) {
      listener_.on_event(RegistrationFailed{handle, Error(ErrorCode::bad_topic, key)});
    }
    say(holds_, protocol::PresenceAction::release, protocol::PresenceAction::hold, Pending::Kind::hold,
        std::move(news));
  }
  auto& patterns = watches_.names();
  if (patterns.has_news()) {
    auto news = patterns.take_news([this](std::string_view pattern) { return protocol::is_pattern(pattern, limits_); });
    for (const auto& [handle, pattern] : news.invalid) {
      watches_.end({handle}, Error(ErrorCode::bad_pattern, pattern));
    }
    for (const auto& names : news.let_go) {
      for (const auto& pattern : names) watches_.forget(pattern);
    }
    say(patterns, protocol::PresenceAction::unwatch, protocol::PresenceAction::watch, Pending::Kind::watch,
        std::move(news));
  }
}

void Session::say(PresenceNames& names, protocol::PresenceAction let_go, protocol::PresenceAction want,
                  Pending::Kind kind, PresenceNames::News news) {
  const auto tell = [this](protocol::PresenceAction action, const PresenceNames::Names& texts) {
    protocol::PresenceCommand command{.request = ++last_request_, .action = action, .keys = {}};
    for (const auto& text : texts) command.keys.emplace_back(text);
    control(command);
  };
  // Nobody waits for the answer.
  for (const auto& texts : news.let_go) tell(let_go, texts);
  for (auto& texts : news.wanted) {
    tell(want, texts);
    pending_[last_request_] = {kind, last_request_};
    names.said(last_request_, std::move(texts));
  }
}

void Session::presence_answered(const Pending& pending) {
  if (pending.kind == Pending::Kind::watch) {
    watches_.acknowledged(watches_.names().acknowledged(pending.id));
  } else {
    for (const auto handle : holds_.acknowledged(pending.id)) listener_.on_event(Registered{handle});
  }
}

void Session::presence_refused(const Pending& pending, const Error& error) {
  if (pending.kind == Pending::Kind::watch) {
    for (const auto& [pattern, name] : watches_.names().refused(pending.id, meaning_of(error.code()))) {
      watches_.end(name.handles, error);
      watches_.forget(pattern);
    }
    return;
  }
  for (const auto& [key, name] : holds_.refused(pending.id, meaning_of(error.code()))) {
    for (const auto handle : name.handles) listener_.on_event(RegistrationFailed{handle, error});
  }
}

void Session::end_presence(const Error& error) {
  auto all = holds_.handles();
  std::ranges::copy(watches_.names().handles(), std::back_inserter(all));
  std::ranges::sort(all);
  for (const auto handle : all) {
    (void)(watches_.remove(handle) || holds_.remove(handle));
    listener_.on_event(RegistrationFailed{handle, error});
  }
}

bool Session::on(const protocol::PresenceUpdate& update, Incoming&) {
  watches_.take(update);
  return true;
}

}  // namespace fanfare::session
