#include "frontends/websocket/hub/hub.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace fanfare::frontends::websocket::hub {
namespace {

using protocol::Refusal;

const Refusal kAway{protocol::kInternal, "the message broker can't be reached: try again later", true};

}  // namespace

Hub::Hub(TopicSource& source, session::Clock clock, Limits limits)
    : source_(source), clock_(std::move(clock)), limits_(limits) {}

void Hub::enter(const std::string& channel, const std::shared_ptr<session::Subscriber>& subscriber,
                session::OnAnswer<void> done) {
  if (!available_) {
    done(kAway);
    return;
  }
  const auto [found, is_new] = topics_.try_emplace(channel);
  Topic& topic = found->second;
  if (topic.open) {
    topic.members.push_back(subscriber);
    done({});
    return;
  }
  topic.waiting.push_back({subscriber, std::move(done), clock_().steady + limits_.opening});
  if (is_new) source_.open(channel);
}

void Hub::leave(const std::string& channel, const session::Subscriber& subscriber) {
  const auto found = topics_.find(channel);
  if (found == topics_.end()) return;
  Topic& topic = found->second;
  const auto is_it = [&](const auto& each) { return each.get() == &subscriber; };
  std::erase_if(topic.waiting, [&](const Waiting& each) { return is_it(each.subscriber); });
  if (topic.delivering) {
    std::ranges::replace_if(topic.members, is_it, nullptr);
  } else {
    std::erase_if(topic.members, is_it);
  }
  topic.idle_since = clock_().steady;
}

void Hub::opened(const std::string& topic) {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return;
  Topic& entered = found->second;  // stays where it is, also if others are added meanwhile
  entered.open = true;
  for (auto& each : std::exchange(entered.waiting, {})) {
    entered.members.push_back(each.subscriber);
    each.done({});
  }
}

void Hub::refused(const std::string& topic, const Refusal& refusal) {
  interrupted(topic);
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return;
  const auto waiting = std::move(found->second.waiting);
  topics_.erase(found);
  source_.close(topic);
  for (const auto& each : waiting) each.done(refusal);
}

std::size_t Hub::arrived(const std::string& topic, const protocol::Line& publication) {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return 0;
  Topic& here = found->second;
  std::size_t given = 0;
  here.delivering = true;
  for (std::size_t i = 0; i < here.members.size(); ++i) {  // a delivery may end a session, which then leaves
    const auto member = here.members[i];
    if (!member) continue;
    member->deliver(publication);
    ++given;
  }
  here.delivering = false;
  std::erase(here.members, nullptr);
  return given;
}

void Hub::interrupted(const std::string& topic) {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return;
  const auto members = std::exchange(found->second.members, {});
  found->second.idle_since = clock_().steady;
  for (const auto& member : members) member->interrupted(topic);
}

void Hub::rights_changed(const std::string& conversation) {
  std::vector<std::shared_ptr<session::Subscriber>> concerned;
  for (const char* area : {"chat.", "typing."}) {
    const auto found = topics_.find(area + conversation);
    if (found == topics_.end()) continue;
    std::ranges::copy(found->second.members, std::back_inserter(concerned));
    std::ranges::transform(found->second.waiting, std::back_inserter(concerned), &Waiting::subscriber);
  }
  std::ranges::sort(concerned);
  const auto twice = std::ranges::unique(concerned);
  concerned.erase(twice.begin(), twice.end());
  for (const auto& subscriber : concerned) subscriber->rights_changed(conversation);
}

void Hub::all_rights_changed() {
  std::set<std::string> conversations;
  for (const auto& [name, topic] : topics_) {
    const auto dot = name.find('.');
    if (!name.starts_with("user.")) conversations.insert(name.substr(dot + 1));
  }
  for (const auto& conversation : conversations) rights_changed(conversation);
}

void Hub::tick() {
  const auto now = clock_().steady;
  for (auto& [name, topic] : topics_) refuse_late(topic, now);
  drop_idle(now);
}

void Hub::refuse_late(Topic& topic, Time now) {
  const auto late = std::ranges::stable_partition(topic.waiting, [&](const auto& each) { return each.until > now; });
  const std::vector<Waiting> refused(std::make_move_iterator(late.begin()), std::make_move_iterator(late.end()));
  topic.waiting.erase(late.begin(), late.end());
  if (!refused.empty()) topic.idle_since = now;
  for (const auto& each : refused) each.done(kAway);
}

void Hub::drop_idle(Time now) {
  std::vector<std::pair<Time, std::string>> idle;
  for (const auto& [name, topic] : topics_) {
    if (topic.members.empty() && topic.waiting.empty()) idle.emplace_back(topic.idle_since, name);
  }
  std::ranges::sort(idle);
  const std::size_t too_many = idle.size() > limits_.lingering ? idle.size() - limits_.lingering : 0;
  for (std::size_t i = 0; i < idle.size(); ++i) {
    if (i >= too_many && idle[i].first + limits_.linger > now) break;
    topics_.erase(idle[i].second);
    source_.close(idle[i].second);
  }
}

}  // namespace fanfare::frontends::websocket::hub
