// The commands of a client, as session.hpp has them.

#include <utility>

#include "frontends/websocket/protocol/reply.hpp"
#include "frontends/websocket/session/session.hpp"

namespace fanfare::frontends::websocket::session {

using protocol::Refusal;

/// Calls `handle` with the answer unless the session has ended meanwhile.
template <class T, class F>
OnAnswer<T> Session::guarded(F handle) {
  return [weak = weak_from_this(), handle](const Answer<T>& answer) {
    const auto self = weak.lock();
    if (self && self->state_ != State::kEnded) handle(answer);
  };
}

void Session::on(std::uint32_t id, const protocol::Connect& connect) {
  if (connect.token.empty()) {
    refuse(id, {protocol::kUnauthorized, "no access token: log in first"});
    return;
  }
  state_ = State::kChecking;
  at_.backend.check_token(connect.token, guarded<Identity>([this, id](const Answer<Identity>& answer) {
                            if (answer) {
                              connected(id, answer.value());
                              return;
                            }
                            state_ = State::kNew;
                            waiting_.clear();
                            refuse(id, answer.error());
                          }));
}

void Session::connected(std::uint32_t id, const Identity& identity) {
  state_ = State::kConnected;
  person_ = identity.person;
  at_.presence.came(person_);
  ping_at_ = at_.clock().steady + at_.limits.ping;
  at_.outlet.send(protocol::connect_reply(
      id, {.client = client_, .version = at_.version, .token_left = take_expiry(identity), .ping = at_.limits.ping}));
  for (const auto& command : std::exchange(waiting_, {})) {
    if (state_ == State::kConnected) take_connected(command);
  }
}

void Session::take_connected(const protocol::Command& command) {
  const auto id = command.id;
  if (const auto* subscribe = std::get_if<protocol::Subscribe>(&command.request)) {
    subscriptions_->subscribe(id, *subscribe, person_);
  } else if (const auto* unsubscribe = std::get_if<protocol::Unsubscribe>(&command.request)) {
    subscriptions_->unsubscribe(id, unsubscribe->channel);
  } else if (const auto* publish = std::get_if<protocol::Publish>(&command.request)) {
    on(id, *publish);
  } else if (const auto* rpc = std::get_if<protocol::Rpc>(&command.request)) {
    on(id, *rpc);
  } else if (const auto* refresh = std::get_if<protocol::Refresh>(&command.request)) {
    on(id, *refresh);
  } else if (const auto* presence = std::get_if<protocol::Presence>(&command.request)) {
    on(id, *presence);
  } else if (const auto* stats = std::get_if<protocol::PresenceStats>(&command.request)) {
    on(id, *stats);
  } else if (std::holds_alternative<protocol::Ping>(command.request)) {
    at_.outlet.send(protocol::ping_reply(id));
  } else {
    refuse(id, {protocol::kNotAvailable, "not served here"});
  }
}

void Session::on(std::uint32_t id, const protocol::Publish& publish) {
  const auto channel = parse_channel(publish.channel);
  if (channel.kind == Channel::Kind::unknown) {
    refuse(id, {protocol::kUnknownChannel, "unknown channel"});
  } else if (channel.kind != Channel::Kind::typing) {
    refuse(id, {protocol::kPermissionDenied, "messages are sent with the rpc messages.send"});
  } else if (publish.data != "{}") {
    refuse(id, {protocol::kBadRequest, "what is published to typing.* is {}"});
  } else if (const auto call = begin_call(id)) {
    ask_to_type(*call, id, channel.id);
  }
}

void Session::ask_to_type(std::uint64_t call, std::uint32_t id, const std::string& conversation) {
  at_.backend.check_member(person_, conversation,
                           guarded<void>([this, call, id, conversation](const Answer<void>& answer) {
                             if (answer) {
                               publish_typing(call, id, conversation);
                             } else if (end_call(call)) {
                               refuse(id, answer.error());
                             }
                           }));
}

void Session::publish_typing(std::uint64_t call, std::uint32_t id, const std::string& conversation) {
  at_.backend.publish_typing(person_, conversation, guarded<void>([this, call, id](const Answer<void>& answer) {
                               if (!end_call(call)) return;
                               if (answer) {
                                 at_.outlet.send(protocol::publish_reply(id));
                               } else {
                                 refuse(id, answer.error());
                               }
                             }));
}

void Session::on(std::uint32_t id, const protocol::Rpc& rpc) {
  const auto call = begin_call(id);
  if (!call) return;
  at_.backend.call(person_, rpc.method, rpc.data,
                   guarded<std::string>([this, call = *call, id](const Answer<std::string>& answer) {
                     if (!end_call(call)) return;
                     if (answer) {
                       at_.outlet.send(protocol::rpc_reply(id, answer.value()));
                     } else {
                       refuse(id, answer.error());
                     }
                   }));
}

void Session::on(std::uint32_t id, const protocol::Refresh& refresh) {
  const auto call = begin_call(id);
  if (!call) return;
  at_.backend.check_token(refresh.token, guarded<Identity>([this, call = *call, id](const Answer<Identity>& answer) {
                            if (!end_call(call)) return;
                            if (answer) {
                              refreshed(id, answer.value());
                            } else {
                              refuse(id, answer.error());
                            }
                          }));
}

void Session::refreshed(std::uint32_t id, const Identity& identity) {
  if (identity.person != person_) {
    close(protocol::kInvalidToken);
    return;
  }
  at_.outlet.send(protocol::refresh_reply(id, take_expiry(identity)));
}

void Session::on(std::uint32_t id, const protocol::Presence& presence) {
  ask_who_is_there(id, presence.channel, [id](const auto& people) { return protocol::presence_reply(id, people); });
}

void Session::on(std::uint32_t id, const protocol::PresenceStats& presence) {
  ask_who_is_there(id, presence.channel,
                   [id](const auto& people) { return protocol::presence_stats_reply(id, people.size()); });
}

void Session::ask_who_is_there(std::uint32_t id, const std::string& channel, const ReplyWithPeople& reply) {
  const auto asked = parse_channel(channel);
  if (asked.kind != Channel::Kind::chat) {
    refuse(id, {protocol::kPermissionDenied, "presence is told of conversations only: chat.*"});
    return;
  }
  const auto call = begin_call(id);
  if (!call) return;
  at_.backend.check_member(person_, asked.id,
                           guarded<void>([this, call = *call, id, asked, reply](const Answer<void>& answer) {
                             if (answer) {
                               tell_who_is_there(call, id, asked.id, reply);
                             } else if (end_call(call)) {
                               refuse(id, answer.error());
                             }
                           }));
}

void Session::tell_who_is_there(std::uint64_t call, std::uint32_t id, const std::string& conversation,
                                const ReplyWithPeople& reply) {
  using People = std::vector<std::string>;
  at_.presence.online(person_, conversation, guarded<People>([this, call, id, reply](const Answer<People>& answer) {
                        if (!end_call(call)) return;
                        if (answer) {
                          at_.outlet.send(reply(answer.value()));
                        } else {
                          refuse(id, answer.error());
                        }
                      }));
}

std::chrono::seconds Session::take_expiry(const Identity& identity) {
  const auto now = at_.clock();
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(identity.expires - now.clock);
  expires_at_ = now.steady + left + at_.limits.expiry_grace;
  return left;
}

std::optional<std::uint64_t> Session::begin_call(std::uint32_t id) {
  if (calls_.size() >= at_.limits.open_calls) {
    refuse(id, {protocol::kTooManyRequests, "too many calls at once: wait for their answers", true});
    return std::nullopt;
  }
  calls_[++last_call_] = {id, at_.clock().steady + at_.limits.call};
  return last_call_;
}

void Session::give_up_calls() {
  while (!calls_.empty() && calls_.begin()->second.until <= at_.clock().steady) {
    const auto id = calls_.begin()->second.id;
    calls_.erase(calls_.begin());
    refuse(id, {protocol::kInternal, "no answer in time; repeat it with the same id", true});
  }
}

}  // namespace fanfare::frontends::websocket::session
