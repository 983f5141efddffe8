#include "frontends/websocket/presence/circle.hpp"

#include <algorithm>
#include <utility>

#include "frontends/websocket/protocol/reply.hpp"

namespace fanfare::frontends::websocket::presence {

void Circle::add(const std::string& person, const Subscriber& subscriber, const Online& all) {
  if (watchers_.empty() && members_) {
    const auto there = online(all);
    shown_ = {there.begin(), there.end()};
  }
  watchers_.push_back({person, subscriber});
}

void Circle::remove(const session::Subscriber& subscriber) {
  std::erase_if(watchers_, [&](const Watcher& each) { return each.subscriber.get() == &subscriber; });
  if (watchers_.empty()) shown_.clear();
}

void Circle::set_members(People members, const Online& all) {
  members_ = std::move(members);
  if (watchers_.empty()) return;
  const auto there = online(all);
  std::set<std::string> now{there.begin(), there.end()};
  const auto before = std::exchange(shown_, now);
  for (const auto& person : before) {
    if (!now.contains(person)) push(protocol::leave_push(channel_, person));
  }
  for (const auto& person : now) {
    if (!before.contains(person)) push(protocol::join_push(channel_, person));
  }
}

People Circle::online(const Online& all) const {
  People people;
  if (members_)
    std::ranges::copy_if(*members_, std::back_inserter(people), [&](const auto& each) { return all.contains(each); });
  return people;
}

void Circle::tell(const std::string& person, bool is_online) {
  const bool is_news = is_online ? shown_.insert(person).second : shown_.erase(person) == 1;
  if (!is_news) return;
  push(is_online ? protocol::join_push(channel_, person) : protocol::leave_push(channel_, person));
}

std::optional<std::string> Circle::next_asker() {
  if (!questions.empty()) return questions.front().person;
  if (watchers_.empty()) return std::nullopt;
  return watchers_[turn_++ % watchers_.size()].person;
}

/// To a copy of them: who is told may leave.
void Circle::push(const protocol::Line& line) const {
  for (const auto& watcher : std::vector(watchers_)) watcher.subscriber->deliver(line);
}

}  // namespace fanfare::frontends::websocket::presence
