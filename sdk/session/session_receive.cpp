// Takes the broker's frames apart: each command goes to its on().
#include <type_traits>

#include "sdk/session/session.hpp"

namespace fanfare::session {

using protocol::CommandType;

void Session::received(std::string_view frame, Instant now) {
  if (!has_connection()) return;
  heard_at_ = now;
  protocol::FrameReader reader(frame);
  while (const auto command = reader.next()) {
    receive(*command, now);
    if (!has_connection()) return;
  }
  if (reader.error() == ErrorCode::unsupported_version) {
    refuse(Error(ErrorCode::unsupported_version, settings_.address));
  } else if (reader.error()) {
    break_off(now, Error(*reader.error(), "from " + settings_.address));
  }
  publishes_.trim();
  settle_drain(now);
  settle_close(now);
}

void Session::receive(const protocol::RawCommand& command, Instant now) {
  const bool greeting = phase_ == Phase::greeting;
  if (greeting != (command.type == CommandType::welcome) && command.type != CommandType::error) {
    return break_off(now, Error(ErrorCode::malformed_frame, "an unexpected command from " + settings_.address));
  }
  Incoming incoming{.now = now};
  const auto size = protocol::kCommandHeaderSize + command.body.size();
  if (protocol::is_data(command.type)) incoming.data = window_.arrived(size);
  const bool fine = dispatch(command, incoming);
  if (incoming.data != 0 && !incoming.to_handlers) window_.handled_at_once();
  // An ERROR that closes is the connection's: it is not counted.
  const bool counted = incoming.data == 0 && protocol::is_counted(command.type) && phase_ == Phase::ready;
  if (counted) window_.arrived_free(size);
  if (!fine) break_off(now, Error(ErrorCode::malformed_frame, "from " + settings_.address));
}

bool Session::dispatch(const protocol::RawCommand& command, Incoming& incoming) {
  const auto take = [&]<class Command>(std::type_identity<Command>) {
    const auto decoded = protocol::decode<Command>(command.body);
    return decoded && on(*decoded, incoming);
  };
  switch (command.type) {
    case CommandType::welcome:
      return take(std::type_identity<protocol::Welcome>());
    case CommandType::ok:
      return take(std::type_identity<protocol::Ok>());
    case CommandType::error:
      return take(std::type_identity<protocol::Error>());
    case CommandType::puback:
      return take(std::type_identity<protocol::Puback>());
    case CommandType::credit:
      return take(std::type_identity<protocol::Credit>());
    case CommandType::drain:
      return take(std::type_identity<protocol::Drain>());
    case CommandType::topic:
      return take(std::type_identity<protocol::Topic>());
    case CommandType::forget:
      return take(std::type_identity<protocol::Forget>());
    case CommandType::deliver:
      return take(std::type_identity<protocol::Deliver>());
    case CommandType::position:
      return take(std::type_identity<protocol::PositionUpdate>());
    case CommandType::caught_up:
      return take(std::type_identity<protocol::CaughtUp>());
    case CommandType::gap:
      return take(std::type_identity<protocol::Gap>());
    case CommandType::page:
      return take(std::type_identity<protocol::Page>());
    case CommandType::request:
      return take(std::type_identity<protocol::ServiceRequest>());
    case CommandType::reply:
      return take(std::type_identity<protocol::Reply>());
    case CommandType::role:
      return take(std::type_identity<protocol::Role>());
    case CommandType::revoke:
      return take(std::type_identity<protocol::Revoke>());
    case CommandType::presence:
      return take(std::type_identity<protocol::PresenceUpdate>());
    case CommandType::cancel:
      return take(std::type_identity<protocol::Cancel>());
    case CommandType::passed:
      return take(std::type_identity<protocol::Passed>());
    default:
      return true;  // PONG has proved life by coming; what a newer broker may add is skipped
  }
}

bool Session::on(const protocol::Credit& credit, Incoming&) { return log_.credit(credit.received, credit.limit); }

bool Session::on(const protocol::Drain& drain, Incoming& incoming) {
  draining_ = true;
  drain_deadline_ = incoming.now + std::chrono::milliseconds(drain.deadline_ms);
  workload_.pause();  // what has not begun is for the next session
  return true;
}

}  // namespace fanfare::session
