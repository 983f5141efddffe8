#include "frontends/websocket/session/subscriptions.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "frontends/websocket/protocol/reply.hpp"

namespace fanfare::frontends::websocket::session {

using protocol::Refusal;

Subscriptions::Subscriptions(std::weak_ptr<Subscriber> owner, Outlet& outlet, Backend& backend, Channels& channels,
                             std::size_t limit)
    : owner_(std::move(owner)), outlet_(outlet), backend_(backend), channels_(channels), limit_(limit) {}

/// Calls `handle` with the answer, unless the session or this subscription has ended meanwhile.
template <class F>
OnAnswer<void> Subscriptions::guarded(const std::string& name, F handle) {
  return [this, owner = owner_, name, number = entries_.at(name).number, handle](const Answer<void>& answer) {
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
  if (entries_.size() >= limit_) {
    return Refusal{protocol::kLimitExceeded, "too many channels: unsubscribe from some first"};
  }
  return std::nullopt;
}

void Subscriptions::subscribe(std::uint32_t id, const std::string& name, const std::string& person) {
  const auto channel = parse_channel(name);
  if (const auto refused = refusal(name, channel, person)) {
    outlet_.send(protocol::error_reply(id, *refused));
    return;
  }
  entries_[name] = {.number = ++last_number_,
                    .subscribe = id,
                    .conversation = channel.of_conversation() ? channel.id : std::string()};
  if (!channel.of_conversation()) {
    enter(id, name);
    return;
  }
  backend_.check_member(person, channel.id, guarded(name, [this, id, name](const Answer<void>& answer) {
                          if (answer) {
                            enter(id, name);
                            return;
                          }
                          forget(name);
                          outlet_.send(protocol::error_reply(id, answer.error()));
                        }));
}

void Subscriptions::enter(std::uint32_t id, const std::string& name) {
  const auto owner = owner_.lock();
  if (!owner) return;
  entries_.at(name).entered = true;
  channels_.enter(name, owner, guarded(name, [this, id, name](const Answer<void>& answer) {
                    if (answer) {
                      entries_.at(name).replied = true;
                      outlet_.send(protocol::subscribe_reply(id));
                      return;
                    }
                    entries_.erase(name);
                    outlet_.send(protocol::error_reply(id, answer.error()));
                  }));
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
    backend_.check_member(person, conversation, guarded(name, [this, name](const Answer<void>& answer) {
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
  if (!entry.entered) return;
  if (const auto owner = owner_.lock()) channels_.leave(name, *owner);
}

void Subscriptions::leave_all() {
  while (!entries_.empty()) forget(std::string(entries_.begin()->first));
}

Subscriptions::Entry* Subscriptions::find(const std::string& name, std::uint64_t number) {
  const auto found = entries_.find(name);
  return found != entries_.end() && found->second.number == number ? &found->second : nullptr;
}

}  // namespace fanfare::frontends::websocket::session
