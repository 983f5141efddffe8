#include "broker/core/held_publishes.hpp"

#include <algorithm>

namespace fanfare::broker::core {

void HeldPublishes::hold(SessionKey session, const protocol::Publish& command, const TopicPtr& topic,
                         const std::optional<Uuid>& id) {
  const Line line{session, topic->stream};
  auto& held = lines_[line].emplace_back();
  held.command = command;
  held.content = command.content;
  held.topic = topic;
  bytes_ += size_of(held);
  if (!id) return;
  held.lookup = ++last_number_;
  to_ask_.push_back(
      {line, {.number = held.lookup, .stream = topic->stream, .id = *id, .after = command.last.position.sequence}});
  ask();
}

void HeldPublishes::ask() {
  while (under_way_.size() < max_lookups_ && !to_ask_.empty()) {
    const auto [line, lookup] = to_ask_.front();
    to_ask_.pop_front();
    if (!lines_.contains(line)) continue;  // its session has ended
    under_way_.emplace(lookup.number, line);
    journal_.look_up(lookup);
  }
}

void HeldPublishes::answered(const IdLookedUp& answer,
                             const std::function<void(SessionKey, const HeldPublish&)>& take) {
  const auto asked = under_way_.extract(answer.number);
  ask();
  if (!asked) return;
  const auto line = lines_.find(asked.mapped());
  if (line == lines_.end()) return;
  auto& held = line->second;
  const auto found = std::ranges::find(held, answer.number, &HeldPublish::lookup);
  if (found != held.end()) found->answer = answer;
  while (!held.empty() && (held.front().lookup == 0 || held.front().answer)) {
    auto next = std::move(held.front());
    held.pop_front();
    bytes_ -= size_of(next);
    next.command.content = std::string_view(next.content);
    take(line->first.first, next);
  }
  if (held.empty()) lines_.erase(line);
}

void HeldPublishes::leave(SessionKey session) {
  for (auto line = lines_.lower_bound({session, 0}); line != lines_.end() && line->first.first == session;) {
    for (const auto& one : line->second) bytes_ -= size_of(one);
    line = lines_.erase(line);
  }
}

}  // namespace fanfare::broker::core
