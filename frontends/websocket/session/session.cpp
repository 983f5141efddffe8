#include "frontends/websocket/session/session.hpp"

#include <utility>

#include "frontends/websocket/protocol/reply.hpp"

namespace fanfare::frontends::websocket::session {

using protocol::Refusal;

std::shared_ptr<Session> Session::make(std::string client, Surroundings surroundings) {
  std::shared_ptr<Session> session(new Session(std::move(client), std::move(surroundings)));
  session->subscriptions_.emplace(session, session->at_.outlet, session->at_.backend, session->at_.channels,
                                  session->at_.presence, session->at_.limits);
  return session;
}

Session::Session(std::string client, Surroundings surroundings)
    : client_(std::move(client)),
      at_(std::move(surroundings)),
      commands_(at_.limits.command_burst, at_.limits.commands, at_.clock().steady),
      bytes_(at_.limits.byte_burst, at_.limits.bytes, at_.clock().steady),
      connect_by_(at_.clock().steady + at_.limits.connect) {}

std::chrono::milliseconds Session::received(std::string_view frame) {
  if (state_ == State::kEnded) return {};
  const auto commands = protocol::parse_commands(frame);
  if (!commands) {
    close(protocol::kBadFrame);
    return {};
  }
  for (const auto& command : *commands) take(command);
  return bytes_.owe(static_cast<double>(frame.size()), at_.clock().steady);
}

void Session::take(const protocol::Command& command) {
  if (state_ == State::kEnded) return;
  const bool in_bounds = commands_.take(at_.clock().steady);
  if (std::holds_alternative<protocol::Pong>(command.request)) {
    pong_by_.reset();
    return;
  }
  if (command.id == 0 && !std::holds_alternative<protocol::Unserved>(command.request)) {
    close(protocol::kBadFrame);
    return;
  }
  if (!in_bounds) {
    refuse(command.id, {protocol::kTooManyRequests, "too many commands: slow down", true});
    return;
  }
  const auto* connect = std::get_if<protocol::Connect>(&command.request);
  if (state_ == State::kChecking && connect == nullptr && waiting_.size() < protocol::kMaximalCommands) {
    waiting_.push_back(command);
  } else if (state_ == State::kNew && connect != nullptr) {
    on(command.id, *connect);
  } else if (state_ == State::kConnected && connect == nullptr) {
    take_connected(command);
  } else {
    close(protocol::kBadFrame);
  }
}

void Session::tick() {
  const auto now = at_.clock().steady;
  if (state_ == State::kEnded) return;
  if (state_ != State::kConnected) {
    if (now >= connect_by_) close(protocol::kStale);
    return;
  }
  give_up_calls();
  if (now >= expires_at_) {
    close(protocol::kExpired);
  } else if (pong_by_ && now >= *pong_by_) {
    close(protocol::kNoPong);
  } else if (now >= ping_at_) {
    ping_at_ = now + at_.limits.ping;
    if (!pong_by_) pong_by_ = now + at_.limits.pong;
    at_.outlet.send(protocol::ping());
  }
}

void Session::close(const protocol::Disconnect& why) {
  if (state_ == State::kEnded) return;
  ended();
  at_.outlet.close(why);
}

void Session::ended() {
  if (state_ == State::kEnded) return;
  const bool was_there = state_ == State::kConnected;
  state_ = State::kEnded;
  waiting_.clear();
  subscriptions_->leave_all();
  if (was_there) at_.presence.went(person_);
}

void Session::deliver(const protocol::Line& push) {
  if (state_ != State::kEnded) at_.outlet.send(push);
}

void Session::interrupted(const std::string& channel) {
  if (state_ != State::kEnded) subscriptions_->interrupted(channel);
}

void Session::rights_changed(const std::string& conversation) {
  if (state_ != State::kEnded) subscriptions_->rights_changed(conversation, person_);
}

void Session::refuse(std::uint32_t id, const Refusal& refusal) {
  if (id != 0) at_.outlet.send(protocol::error_reply(id, refusal));
}

}  // namespace fanfare::frontends::websocket::session
