#include "frontends/websocket/session/subscriptions.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "frontends/websocket/protocol/reply.hpp"

namespace fanfare::frontends::websocket::session {
namespace {

/// What the client names as its position. An epoch that is none was never one of the stream's.
std::optional<Position> position_of(const protocol::Subscribe& subscribe) {
  if (!subscribe.recover) return std::nullopt;
  return Position{Uuid::parse(subscribe.epoch).value_or(Uuid{}), subscribe.offset};
}

protocol::Line reply_of(std::uint32_t id, bool was_recovering, Entered entered) {
  protocol::Subscribed reply{.was_recovering = was_recovering, .recovered = entered.recovered};
  if (entered.position) {
    reply.epoch = entered.position->epoch.to_string();
    reply.offset = entered.position->sequence;
  }
  for (auto& each : entered.replayed) reply.publications.push_back(std::move(each.json));
  return protocol::subscribe_reply(id, reply);
}

}  // namespace

using protocol::Refusal;

Subscriptions::Subscriptions(std::weak_ptr<Subscriber> owner, Outlet& outlet, Backend& backend, Channels& channels,
                             Presence& presence, const Limits& limits)
    : owner_(std::move(owner)),
      outlet_(outlet),
      backend_(backend),
      channels_(channels),
      presence_(presence),
      limits_(limits) {}

/// Calls `handle` with the answer, unless the session or this subscription has ended meanwhile.
template <class T, class F>
OnAnswer<T> Subscriptions::guarded(const std::string& name, F handle) {
  return [this, owner = owner_, name, number = entries_.at(name).number, handle](const Answer<T>& answer) {
    const auto alive = owner.lock();
    if (alive && find(name, number) != nullptr) handle(answer);
  };
}

std::optional<Refusal> Subscriptions::refusal(const std::string& name, const Channel& channel,
                                              const std::string& person) const {
  using Kind = Channel::Kind;
  if (channel.kind == Kind::unknown) return Refusal{protocol::kUnknownChannel, "unknown channel"};
  if (channel.kind == Kind::forbidden || (channel.kind == Kind::person && channel.id != person)) {
    return Refusal{protocol::kPermissionDenied, "not your channel"};
  }
  if (entries_.contains(name)) return Refusal{protocol::kAlreadySubscribed, "already subscribed"};
  if (entries_.size() >= limits_.channels) {
    return Refusal{protocol::kLimitExceeded, "too many channels: unsubscribe from some first"};
  }
  return std::nullopt;
}

void Subscriptions::subscribe(std::uint32_t id, const protocol::Subscribe& subscribe, const std::string& person) {
  const auto& name = subscribe.channel;
  const auto channel = parse_channel(name);
  if (const auto refused = refusal(name, channel, person)) {
    outlet_.send(protocol::error_reply(id, *refused));
    return;
  }
  entries_[name] = {.number = ++last_number_,
                    .subscribe = id,
                    .conversation = channel.of_conversation() ? channel.id : std::string(),
                    .person = subscribe.join_leave && channel.kind == Channel::Kind::chat ? person : std::string()};
  if (!channel.of_conversation()) {
    enter(id, subscribe);
    return;
  }
  backend_.check_member(person, channel.id, guarded<void>(name, [this, id, subscribe](const Answer<void>& answer) {
                          if (answer) {
                            enter(id, subscribe);
                            return;
                          }
                          forget(subscribe.channel);
                          outlet_.send(protocol::error_reply(id, answer.error()));
                        }));
}

void Subscriptions::enter(std::uint32_t id, const protocol::Subscribe& subscribe) {
  const auto owner = owner_.lock();
  if (!owner) return;
  const auto& name = subscribe.channel;
  entries_.at(name).entered = true;
  channels_.enter(name, owner, position_of(subscribe),
                  guarded<Entered>(name, [this, id, subscribe](const Answer<Entered>& answer) {
                    if (answer) {
                      entered(id, subscribe, answer.value());
                      return;
                    }
                    entries_.erase(subscribe.channel);
                    outlet_.send(protocol::error_reply(id, answer.error()));
                  }));
}

void Subscriptions::entered(std::uint32_t id, const protocol::Subscribe& subscribe, Entered entered) {
  if (!can_take(entered.replayed)) {
    entered.position->sequence = entered.replayed.back().sequence;
    entered.replayed.clear();
    entered.recovered = false;
  }
  if (subscribe.recover && subscribe.reject_unrecovered && entered.position && !entered.recovered) {
    forget(subscribe.channel);
    outlet_.send(protocol::error_reply(id, {protocol::kUnrecoverable, "load what is stored first"}));
    return;
  }
  Entry& entry = entries_.at(subscribe.channel);
  entry.replied = true;
  outlet_.send(reply_of(id, subscribe.recover, std::move(entered)));
  if (entry.person.empty()) return;
  entry.watches = true;
  if (const auto owner = owner_.lock()) presence_.watch(entry.person, entry.conversation, owner);
}

/// Many channels recover at once after an interruption; a slow client had better load than be cut off for being slow.
bool Subscriptions::can_take(const std::vector<Replayed>& replayed) const {
  std::size_t bytes = outlet_.waiting();
  for (const auto& each : replayed) bytes += each.json.size();
  return replayed.empty() || bytes <= limits_.backlog;
}

void Subscriptions::unsubscribe(std::uint32_t id, const std::string& name) {
  if (entries_.contains(name)) forget(name);
  outlet_.send(protocol::unsubscribe_reply(id));
}

void Subscriptions::interrupted(const std::string& name) {
  if (const auto found = entries_.find(name); found != entries_.end()) found->second.entered = false;
  end(name, protocol::kInsufficientState);
}

void Subscriptions::rights_changed(const std::string& conversation, const std::string& person) {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) {
    if (entry.entered && entry.conversation == conversation) names.push_back(name);
  }
  for (const auto& name : names) {
    backend_.check_member(person, conversation, guarded<void>(name, [this, name](const Answer<void>& answer) {
                            if (answer) return;
                            // Nobody stays inside on a guess: who can't be asked about comes back and is asked again.
                            end(name, answer.error().temporary ? protocol::kInsufficientState : protocol::kNotAMember);
                          }));
  }
}

void Subscriptions::end(const std::string& name, const protocol::Unsubscription& why) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return;
  const auto [replied, id] = std::pair(found->second.replied, found->second.subscribe);
  forget(name);
  if (replied) {
    outlet_.send(protocol::unsubscribe_push(name, why));
  } else if (why == protocol::kNotAMember) {
    outlet_.send(protocol::error_reply(id, {protocol::kPermissionDenied, std::string(why.reason)}));
  } else {
    outlet_.send(protocol::error_reply(id, {protocol::kInternal, std::string(why.reason), true}));
  }
}

void Subscriptions::forget(const std::string& name) {
  const auto entry = std::exchange(entries_[name], {});
  entries_.erase(name);
  const auto owner = owner_.lock();
  if (!owner) return;
  if (entry.watches) presence_.unwatch(entry.conversation, *owner);
  if (entry.entered) channels_.leave(name, *owner);
}

void Subscriptions::leave_all() {
  while (!entries_.empty()) forget(std::string(entries_.begin()->first));
}

Subscriptions::Entry* Subscriptions::find(const std::string& name, std::uint64_t number) {
  const auto found = entries_.find(name);
  return found != entries_.end() && found->second.number == number ? &found->second : nullptr;
}

}  // namespace fanfare::frontends::websocket::session
