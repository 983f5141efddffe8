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

/// Who names no position, or one since which nothing came, is in at once.
void Hub::admit(const std::string& name, Topic& topic, const Waiting& newcomer) {
  const auto& [subscriber, after, done, until] = newcomer;
  if (after && topic.fed && after->epoch == topic.fed->epoch) {
    const bool has_all = topic.quiet_from && *topic.quiet_from <= *after && *after <= *topic.fed;
    if (!has_all) return recover(name, topic, newcomer);
    topic.audience.add(subscriber, topic.fed);
    return done(session::Entered{.position = topic.fed, .recovered = true});
  }
  topic.audience.add(subscriber, topic.fed);
  done(session::Entered{.position = topic.fed});
}

void Hub::recover(const std::string& name, Topic& topic, const Waiting& newcomer) {
  const auto number = ++last_recovery_;
  topic.audience.add(newcomer.subscriber, std::make_unique<Recovery>(number, *newcomer.after, limits_.recovery,
                                                                     clock_().steady, newcomer.done));
  to_read_.emplace_back(name, number);
  read_next();
}

void Hub::read_next() {
  while (reading_ < limits_.reads && !to_read_.empty()) {
    const auto [name, recovery] = std::move(to_read_.front());
    to_read_.pop_front();
    read(name, recovery);
  }
}

void Hub::read(const std::string& name, std::uint64_t recovery) {
  const auto found = topics_.find(name);
  const auto* reading = found == topics_.end() ? nullptr : found->second.audience.recovery(recovery);
  if (reading == nullptr) return;
  ++reading_;
  source_.read(name, reading->reached(), reading->left(), [this, name, recovery](std::optional<Page> page) {
    --reading_;
    take(name, recovery, std::move(page));
    read_next();
  });
}

void Hub::take(const std::string& name, std::uint64_t recovery, std::optional<Page> page) {
  const auto found = topics_.find(name);
  auto* reading = found == topics_.end() ? nullptr : found->second.audience.recovery(recovery);
  if (reading == nullptr) return;
  Topic& topic = found->second;
  reading->take(std::move(page));
  if (reading->state() == Recovery::State::kReading) {
    to_read_.emplace_front(name, recovery);
    return;
  }
  // The next one that comes from there on need not be read for.
  if (reading->state() == Recovery::State::kComplete && topic.quiet_from && *topic.quiet_from <= reading->reached()) {
    topic.quiet_from = std::min(*topic.quiet_from, reading->last_until(*topic.quiet_from));
  }
  topic.audience.settle(*topic.fed);
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
  for (auto& [name, topic] : topics_) {
    refuse_late(topic, now);
    if (topic.shut_until && now >= *topic.shut_until) let_in(name, topic);
    topic.audience.expire(now);
    if (topic.fed) topic.audience.settle(*topic.fed);
  }
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
