#include "frontends/websocket/presence/circles.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace fanfare::frontends::websocket::presence {
namespace {

using protocol::Refusal;

const Refusal kNotKnownYet{protocol::kInternal, "who is online is not known yet: try again in a second", true};
const Refusal kChanging{protocol::kInternal, "the conversation is changing: try again in a second", true};

}  // namespace

Circles::Circles(PeopleSource& source, session::Clock clock, Limits limits)
    : source_(source), clock_(std::move(clock)), limits_(limits) {}

void Circles::came(const std::string& person) {
  if (++connections_[person] == 1) source_.hold(person);
}

void Circles::went(const std::string& person) {
  const auto found = connections_.find(person);
  if (found == connections_.end() || --found->second > 0) return;
  connections_.erase(found);
  source_.release(person);
}

void Circles::online(const std::string& person, const std::string& conversation, session::OnAnswer<People> done) {
  if (!is_complete_) return done(kNotKnownYet);
  auto& here = circle(conversation);
  if (here.members()) return done(here.online(online_));
  here.questions.push_back({person, std::move(done)});
  ask(conversation, here);
}

void Circles::watch(const std::string& person, const std::string& conversation,
                    const std::shared_ptr<session::Subscriber>& subscriber) {
  auto& here = circle(conversation);
  const bool is_first = !here.is_watched();
  here.add(person, subscriber, online_);
  if (!here.members()) {
    ask(conversation, here);
  } else if (is_first) {
    enlist(conversation, here);
  }
}

void Circles::unwatch(const std::string& conversation, const session::Subscriber& subscriber) {
  const auto found = circles_.find(conversation);
  if (found == circles_.end() || !found->second.is_watched()) return;
  auto& here = found->second;
  here.remove(subscriber);
  if (here.is_watched()) return;
  strike_off(conversation, here);
  here.idle_since = clock_().steady;
}

void Circles::changed(const std::string& person, bool is_online) {
  const bool is_news = is_online ? online_.insert(person).second : online_.erase(person) == 1;
  if (!is_news) return;
  const auto listed = listed_in_.find(person);
  if (listed == listed_in_.end()) return;
  for (const auto& conversation : std::vector(listed->second.begin(), listed->second.end())) {
    const auto found = circles_.find(conversation);
    if (found != circles_.end() && found->second.members()) found->second.tell(person, is_online);
  }
}

void Circles::members_changed(const std::string& conversation) {
  const auto found = circles_.find(conversation);
  if (found != circles_.end()) forget(conversation, found->second);
}

void Circles::all_members_changed() {
  for (auto& [conversation, here] : circles_) forget(conversation, here);
}

void Circles::forget(const std::string& conversation, Circle& here) {
  here.is_dubious = here.is_asking;
  here.ask_at = clock_().steady;
  if (!here.members()) return;
  strike_off(conversation, here);
  here.forget_members();
  if (here.is_watched()) ask(conversation, here);
}

void Circles::tick() {
  const auto now = clock_().steady;
  for (auto& [conversation, here] : circles_) {
    if (here.is_watched() && !here.members() && now >= here.ask_at) ask(conversation, here);
  }
  ask_next();
  drop_idle(now);
}

Circle& Circles::circle(const std::string& conversation) {
  const auto [found, is_new] = circles_.try_emplace(conversation, "chat." + conversation);
  if (is_new || !found->second.is_watched()) found->second.idle_since = clock_().steady;
  return found->second;
}

void Circles::ask(const std::string& conversation, Circle& here) {
  if (std::exchange(here.is_asking, true)) return;
  to_ask_.push_back(conversation);
  ask_next();
}

void Circles::ask_next() {
  while (requests_ < limits_.requests && !to_ask_.empty()) {
    const auto conversation = std::move(to_ask_.front());
    to_ask_.pop_front();
    auto& here = circles_.at(conversation);
    here.is_dubious = false;
    const auto asker = here.next_asker();
    if (!asker) {
      here.is_asking = false;
      continue;
    }
    ++requests_;
    source_.members(*asker, conversation, [this, conversation, asker = *asker](const session::Answer<People>& answer) {
      answered(conversation, asker, answer);
    });
  }
}

void Circles::answered(const std::string& conversation, const std::string& asker,
                       const session::Answer<People>& answer) {
  --requests_;
  auto& here = circles_.at(conversation);
  here.is_asking = false;
  if (answer && here.is_dubious && ++here.tries < limits_.tries) {
    ask(conversation, here);
  } else if (!answer || here.is_dubious) {
    here.tries = 0;
    refused(conversation, here, asker, answer ? kChanging : answer.error());
  } else {
    here.tries = 0;
    here.set_members(answer.value(), online_);
    if (here.is_watched()) enlist(conversation, here);
    const auto people = here.online(online_);
    for (const auto& question : std::exchange(here.questions, {})) question.done(people);
  }
  ask_next();
}

/// What went wrong for everybody is told to everybody; who may not know is refused alone.
void Circles::refused(const std::string& conversation, Circle& here, const std::string& asker, const Refusal& refusal) {
  const bool for_all = refusal.code != protocol::kPermissionDenied;
  here.ask_at = clock_().steady + (refusal.temporary || !for_all ? limits_.pause : limits_.linger);
  const auto concerned = std::stable_partition(here.questions.begin(), here.questions.end(),
                                               [&](const auto& each) { return !for_all && each.person != asker; });
  std::vector<Circle::Question> over(std::make_move_iterator(concerned), std::make_move_iterator(here.questions.end()));
  here.questions.erase(concerned, here.questions.end());
  if (!here.questions.empty()) ask(conversation, here);
  for (const auto& question : over) question.done(refusal);
}

void Circles::enlist(const std::string& conversation, const Circle& here) {
  for (const auto& person : *here.members()) listed_in_[person].insert(conversation);
}

void Circles::strike_off(const std::string& conversation, const Circle& here) {
  if (!here.members()) return;
  for (const auto& person : *here.members()) {
    const auto listed = listed_in_.find(person);
    if (listed == listed_in_.end()) continue;
    listed->second.erase(conversation);
    if (listed->second.empty()) listed_in_.erase(listed);
  }
}

void Circles::drop_idle(Circle::Time now) {
  std::vector<std::pair<Circle::Time, std::string>> idle;
  for (const auto& [conversation, here] : circles_) {
    if (!here.is_watched() && !here.is_asking && here.questions.empty())
      idle.emplace_back(here.idle_since, conversation);
  }
  std::ranges::sort(idle);
  const std::size_t too_many = idle.size() > limits_.lingering ? idle.size() - limits_.lingering : 0;
  for (std::size_t i = 0; i < idle.size(); ++i) {
    if (i >= too_many && idle[i].first + limits_.linger > now) break;
    circles_.erase(idle[i].second);
  }
}

}  // namespace fanfare::frontends::websocket::presence
