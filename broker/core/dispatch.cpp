// What each command of a client does: checks that concern the session, then the part that does the work.

#include "broker/core/core.hpp"
#include "protocol/topic.hpp"

namespace fanfare::broker::core {

using protocol::CommandType;
using protocol::decode;

namespace {

/// What is refused while the broker drains; the rest finishes what was begun.
bool begins_work(CommandType type) {
  return type == CommandType::publish || type == CommandType::subscribe || type == CommandType::serve ||
         type == CommandType::request || type == CommandType::join || type == CommandType::fetch;
}

}  // namespace

template <class Command>
void Core::with(Session& session, protocol::RawCommand raw, void (Core::*handler)(Session&, const Command&, Instant),
                Instant now) {
  const auto command = decode<Command>(raw.body);
  bool fits = command.has_value();
  if constexpr (requires { command->request; }) fits = fits && command->request != 0;
  if (!fits) return malformed(session, raw.type, "its fields");
  if constexpr (requires { command->request; }) {
    if (draining_ && begins_work(raw.type))
      return sessions_.refuse(session, command->request, raw.type, ErrorCode::draining);
  }
  (this->*handler)(session, *command, now);
}

void Core::handle(Session& session, protocol::RawCommand raw, Instant now) {
  if (!session.in.received(raw.type, protocol::kCommandHeaderSize + raw.body.size())) {
    return close(session, raw.type, ErrorCode::credit_exceeded);
  }
  switch (raw.type) {
    case CommandType::ping:
      return with(session, raw, &Core::on_ping, now);
    case CommandType::bye:
      return with(session, raw, &Core::on_bye, now);
    case CommandType::credit:
      return with(session, raw, &Core::on_credit, now);
    case CommandType::topic:
      return with(session, raw, &Core::on_topic, now);
    case CommandType::publish:
      return with(session, raw, &Core::on_publish, now);
    case CommandType::subscribe:
      return with(session, raw, &Core::on_subscribe, now);
    case CommandType::unsubscribe:
      return with(session, raw, &Core::on_unsubscribe, now);
    case CommandType::query:
      return with(session, raw, &Core::on_query, now);
    case CommandType::serve:
      return with(session, raw, &Core::on_serve, now);
    case CommandType::request:
      return with(session, raw, &Core::on_request, now);
    case CommandType::reply:
      return with(session, raw, &Core::on_reply, now);
    case CommandType::cancel:
      return with(session, raw, &Core::on_cancel, now);
    case CommandType::fetch:
      return with(session, raw, &Core::on_fetch, now);
    case CommandType::join:
      return with(session, raw, &Core::on_join, now);
    case CommandType::leave:
      return with(session, raw, &Core::on_leave, now);
    case CommandType::ack:
      return with(session, raw, &Core::on_ack, now);
    case CommandType::nack:
      return with(session, raw, &Core::on_nack, now);
    case CommandType::progress:
      return with(session, raw, &Core::on_progress, now);
    case CommandType::presence:
      return with(session, raw, &Core::on_presence, now);
    case CommandType::manage:
      return with(session, raw, &Core::on_manage, now);
    case CommandType::hello:
      return close(session, raw.type, ErrorCode::hello_repeated);
    case CommandType::welcome:
    case CommandType::ok:
    case CommandType::error:
    case CommandType::pong:
    case CommandType::drain:
    case CommandType::forget:
    case CommandType::puback:
    case CommandType::deliver:
    case CommandType::caught_up:
    case CommandType::position:
    case CommandType::gap:
    case CommandType::page:
    case CommandType::passed:
    case CommandType::role:
    case CommandType::revoke:
      return sessions_.refuse(session, 0, raw.type, ErrorCode::unknown_command);
  }
  // A type of a newer version is skipped.
}

void Core::on_ping(Session& session, const protocol::Ping& command, Instant) {
  session.wants_positions = true;
  sessions_.answer(session, protocol::Pong{.token = command.token});
}

void Core::on_bye(Session& session, const protocol::Bye&, Instant) { end(session, "bye", true); }

void Core::on_credit(Session& session, const protocol::Credit& command, Instant) {
  if (!session.out.credit(command.received, command.limit)) {
    return malformed(session, CommandType::credit, "a count beyond what was sent, or a limit that falls");
  }
}

void Core::on_topic(Session& session, const protocol::Topic& command, Instant) { publishing_.topic(session, command); }

void Core::on_publish(Session& session, const protocol::Publish& command, Instant now) {
  if (!publishing_.publish(session, command, now)) malformed(session, CommandType::publish, "the sizes of its content");
}

/// What SUBSCRIBE, SERVE and JOIN share: a free handle, and room.
bool Core::accepts_handle(Session& session, protocol::RequestNumber request, protocol::Handle handle,
                          CommandType command) {
  const auto refuse = [&](ErrorCode code, std::string_view detail) {
    sessions_.refuse(session, request, command, code, detail);
    return false;
  };
  if (handle == 0 || session.subscriptions.contains(handle) || session.services.contains(handle) ||
      session.memberships.contains(handle)) {
    return refuse(ErrorCode::handle_in_use, std::to_string(handle));
  }
  const auto has = session.subscriptions.size() + session.services.size() + session.memberships.size();
  return has < session.limits.subscriptions ||
         refuse(ErrorCode::too_many_subscriptions, std::to_string(session.limits.subscriptions));
}

bool Core::accepts_pattern(Session& session, protocol::RequestNumber request, CommandType command,
                           std::string_view pattern) {
  if (protocol::is_pattern(pattern, settings_.limits)) return true;
  sessions_.refuse(session, request, command, ErrorCode::bad_pattern, pattern);
  return false;
}

void Core::on_subscribe(Session& session, const protocol::Subscribe& command, Instant) {
  if (!accepts_handle(session, command.request, command.handle, CommandType::subscribe) ||
      !accepts_pattern(session, command.request, CommandType::subscribe, command.pattern)) {
    return;
  }
  const std::string pattern(command.pattern);
  if (command.from != protocol::From::now) {
    const auto* stream = streams_.covering(pattern);
    if (stream == nullptr) {
      return sessions_.refuse(session, command.request, CommandType::subscribe, ErrorCode::ambiguous_stream, pattern);
    }
    const auto start = find_start(*stream, topics_, command.from, command.position, command.time, pattern);
    session.subscriptions.emplace(command.handle, Subscription{pattern, command.overflow});
    return replays_.add(session, command, stream->number, start);
  }
  const Subscription subscription{pattern, command.overflow};
  session.subscriptions.emplace(command.handle, subscription);
  subscriptions_.join(session, subscription);
  replays_.patterns_changed(session);
  protocol::Ok ok{.request = command.request};
  for (const auto number : subscriptions_.touched(pattern)) ok.positions.push_back({number, streams_.get(number).head});
  sessions_.answer(session, ok);
}

void Core::on_unsubscribe(Session& session, const protocol::Unsubscribe& command, Instant) {
  if (const auto found = session.subscriptions.find(command.handle); found != session.subscriptions.end()) {
    const bool live = found->second.feed == 0;
    if (!live) replays_.cancel(session, command.handle);
    const auto ended = session.subscriptions.extract(command.handle);
    if (live) {
      subscriptions_.part(session, ended.mapped());
      replays_.patterns_changed(session);
    }
  } else if (session.services.contains(command.handle)) {
    services_.stop(session, command.handle);
  } else {
    return sessions_.refuse(session, command.request, CommandType::unsubscribe, ErrorCode::no_such_handle,
                            std::to_string(command.handle));
  }
  sessions_.answer(session, protocol::Ok{.request = command.request});
}

void Core::on_fetch(Session& session, const protocol::Fetch& command, Instant) { fetches_.fetch(session, command); }

void Core::on_serve(Session& session, const protocol::Serve& command, Instant) {
  if (!accepts_handle(session, command.request, command.handle, CommandType::serve) ||
      !accepts_pattern(session, command.request, CommandType::serve, command.pattern)) {
    return;
  }
  services_.serve(session, command);
  sessions_.answer(session, protocol::Ok{.request = command.request});
}

void Core::on_request(Session& session, const protocol::Request& command, Instant now) {
  if (!services_.request(session, command, now)) malformed(session, CommandType::request, "the sizes of its content");
}

void Core::on_reply(Session& session, const protocol::Reply& command, Instant now) {
  const auto error = services_.reply(session, command, now);
  if (error == ErrorCode::malformed_frame) return malformed(session, CommandType::reply, "the sizes of its content");
  if (error) close(session, CommandType::reply, *error, "parts of a reply beyond what has gone on to the caller");
}

void Core::on_cancel(Session& session, const protocol::Cancel& command, Instant) { services_.cancel(session, command); }

void Core::on_join(Session& session, const protocol::Join& command, Instant now) {
  if (!accepts_handle(session, command.request, command.handle, CommandType::join)) return;
  if (!groups_.join(session, command, now)) malformed(session, CommandType::join, "from");
}

void Core::on_leave(Session& session, const protocol::Leave& command, Instant now) {
  groups_.leave(session, command, now);
}

void Core::on_ack(Session& session, const protocol::Ack& command, Instant now) {
  if (!groups_.ack(session, command, now)) malformed(session, CommandType::ack, "the number of its entries");
}

void Core::on_nack(Session& session, const protocol::Nack& command, Instant now) {
  if (!groups_.nack(session, command, now)) malformed(session, CommandType::nack, "reason");
}

void Core::on_progress(Session& session, const protocol::Progress& command, Instant now) {
  groups_.progress(session, command, now);
}

void Core::on_manage(Session& session, const protocol::Manage& command, Instant now) {
  if (!groups_.manage(session, command, now)) malformed(session, CommandType::manage, "from");
}

void Core::on_presence(Session& session, const protocol::PresenceCommand& command, Instant now) {
  presence_.command(session, command, now);
}

}  // namespace fanfare::broker::core
