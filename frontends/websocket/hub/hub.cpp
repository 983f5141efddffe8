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
                const std::optional<Position>& after, session::OnAnswer<session::Entered> done) {
  if (!available_) {
    done(kAway);
    return;
  }
  const auto [found, is_new] = topics_.try_emplace(channel);
  Topic& topic = found->second;
  Waiting newcomer{subscriber, after, std::move(done), clock_().steady + limits_.opening};
  if (topic.open) {
    admit(channel, topic, newcomer);
    return;
  }
  topic.waiting.push_back(std::move(newcomer));
  if (is_new) source_.open(channel);
}

void Hub::leave(const std::string& channel, const session::Subscriber& subscriber) {
  const auto found = topics_.find(channel);
  if (found == topics_.end()) return;
  Topic& topic = found->second;
  std::erase_if(topic.waiting, [&](const Waiting& each) { return each.subscriber.get() == &subscriber; });
  topic.audience.remove(subscriber);
  topic.idle_since = clock_().steady;
}

void Hub::began(const std::string& topic, const Position& after, bool recovered) {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return;
  Topic& here = found->second;
  if (!recovered) {
    interrupted(topic);
    here.open = false;  // who came back now would be put out again by what follows
    here.shut_until = clock_().steady + limits_.opening;
  }
  if (after.epoch.is_nil()) return;  // with the first there is, wherever that stands
  if (!here.fed || here.fed->epoch != after.epoch) {
    begin_anew(topic, here, after);
  } else {
    here.fed = std::max(*here.fed, after);
  }
}

void Hub::caught_up(const std::string& topic, const Position& position) {
  began(topic, position, true);
  const auto found = topics_.find(topic);
  if (found != topics_.end() && found->second.shut_until) let_in(topic, found->second);
}

/// What sessions know of an earlier epoch says nothing about this one.
void Hub::begin_anew(const std::string& name, Topic& topic, const Position& after) {
  if (topic.fed) interrupted(name);
  topic.fed = after;
  topic.quiet_from = after;
}

void Hub::opened(const std::string& topic) {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return;
  if (!found->second.shut_until) let_in(topic, found->second);
}

void Hub::let_in(const std::string& name, Topic& topic) {
  topic.open = true;
  topic.shut_until.reset();
  for (const auto& each : std::exchange(topic.waiting, {})) admit(name, topic, each);
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

std::size_t Hub::arrived(const std::string& topic, const std::optional<Position>& at,
                         const protocol::Line& publication) {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return 0;
  Topic& here = found->second;
  if (at && (!here.fed || here.fed->epoch != at->epoch)) {
    begin_anew(topic, here, *at);
  } else if (at && *at > *here.fed) {
    here.fed = at;
    here.quiet_from = at;
  }
  const auto given = here.audience.deliver(at, publication);
  if (here.fed) here.audience.settle(*here.fed);
  return given;
}

void Hub::interrupted(const std::string& topic) {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return;
  found->second.quiet_from.reset();
  found->second.idle_since = clock_().steady;
  for (const auto& member : found->second.audience.clear()) member->interrupted(topic);
}

void Hub::rights_changed(const std::string& conversation) {
  std::vector<std::shared_ptr<session::Subscriber>> concerned;
  for (const char* area : {"chat.", "typing."}) {
    const auto found = topics_.find(area + conversation);
    if (found == topics_.end()) continue;
    std::ranges::copy(found->second.audience.subscribers(), std::back_inserter(concerned));
    std::ranges::transform(found->second.waiting, std::back_inserter(concerned), &Waiting::subscriber);
  }
  std::ranges::sort(concerned);
  concerned.erase(std::unique(concerned.begin(), concerned.end()), concerned.end());
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
  for (auto& [name, topic] : topics_) {
    refuse_late(topic, now);
    if (topic.shut_until && now >= *topic.shut_until) let_in(name, topic);
    topic.audience.expire(now);
    if (topic.fed) topic.audience.settle(*topic.fed);
  }
  drop_idle(now);
}

void Hub::refuse_late(Topic& topic, Time now) {
  const auto late = std::stable_partition(topic.waiting.begin(), topic.waiting.end(),
                                          [&](const Waiting& each) { return each.until > now; });
  const std::vector<Waiting> refused(std::make_move_iterator(late), std::make_move_iterator(topic.waiting.end()));
  topic.waiting.erase(late, topic.waiting.end());
  if (!refused.empty()) topic.idle_since = now;
  for (const auto& each : refused) each.done(kAway);
}

void Hub::drop_idle(Time now) {
  std::vector<std::pair<Time, std::string>> idle;
  for (const auto& [name, topic] : topics_) {
    if (topic.audience.empty() && topic.waiting.empty()) idle.emplace_back(topic.idle_since, name);
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
