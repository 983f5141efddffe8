#include "workers/notify/presence_view.hpp"

#include <algorithm>

namespace fanfare::workers::notify {
namespace {

constexpr const char* kPattern = "user.*";
constexpr std::string_view kPrefix = "user.";

}  // namespace

PresenceWatch PresenceView::watch(Client& client, std::function<void(const Error&)> on_error) {
  return client.watch_presence(
      kPattern, [this](const PresenceChange& change) { changed(change.key, change.state); },
      {.on_complete = [this](bool settling) { completed(settling); }, .on_error = std::move(on_error)});
}

/// A session that is not the one before may have missed who came and went in between.
void PresenceView::connection_is(const State& state) {
  const std::lock_guard lock(mutex_);
  is_connected_ = state.connection == Connection::ready;
  if (is_connected_ && !state.resumed) known_since_.reset();
}

void PresenceView::changed(std::string_view key, PresenceState state, Clock::time_point now) {
  if (!key.starts_with(kPrefix)) return;
  const std::string person(key.substr(kPrefix.size()));
  const std::lock_guard lock(mutex_);
  if (state != PresenceState::offline) {
    left_.erase(person);
    online_.insert(person);
  } else if (online_.erase(person) > 0) {
    left_[person] = now;
    leaving_.emplace_back(now, person);
  }
  forget_old(now);
}

void PresenceView::completed(bool settling, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (settling) {
    known_since_.reset();
  } else if (!known_since_) {
    known_since_ = now;
  }
}

bool PresenceView::is_known() const {
  const std::lock_guard lock(mutex_);
  return is_connected_ && known_since_.has_value();
}

PersonPresence PresenceView::of(const Uuid& person, Clock::time_point now) const {
  using State = PersonPresence::State;
  const std::string key = person.to_string();
  const std::lock_guard lock(mutex_);
  if (!is_connected_ || !known_since_) return {};
  if (online_.contains(key)) return {.state = State::kOnline};
  auto since = *known_since_;
  if (const auto left = left_.find(key); left != left_.end()) since = std::max(since, left->second);
  return {.state = State::kOffline,
          .offline_for = std::max(std::chrono::floor<std::chrono::milliseconds>(now - since), {})};
}

/// Whoever left before the grace is away long enough, however long that is.
void PresenceView::forget_old(Clock::time_point now) {
  while (!leaving_.empty() && leaving_.front().first + grace_ < now) {
    const auto& [time, person] = leaving_.front();
    if (const auto left = left_.find(person); left != left_.end() && left->second == time) left_.erase(left);
    leaving_.pop_front();
  }
}

}  // namespace fanfare::workers::notify
