// Replies on their way from members to callers. A reply in parts may be far larger than what waits for a session: of
// each only so many bytes are under way at a time (PROTOCOL.md §5), so a caller that reads slowly holds back its own
// replies and nobody else's.

#include "broker/core/incoming.hpp"
#include "broker/core/services.hpp"

namespace fanfare::broker::core {

using protocol::CommandType;

std::optional<ErrorCode> Services::reply(Session& member, const protocol::Reply& command, Instant now) {
  if (command.headers_size > command.content.size()) return ErrorCode::malformed_frame;
  const auto found = exchanges_.find(command.number);
  if (found == exchanges_.end() || found->second.worker != member.key) {
    ++counters_.replies_late;
    return std::nullopt;
  }
  auto& exchange = found->second;
  const auto size = command.content.size();
  const auto under_way = exchange.parts - exchange.passed;
  if (under_way != 0 && under_way + size > protocol::kPartsInFlight) return ErrorCode::credit_exceeded;

  const auto refuse = [&](ErrorCode code, std::string_view detail) {
    fail(command.number, code, detail);
    sessions_.refuse(member, command.number, CommandType::reply, code, detail);
    return std::nullopt;
  };
  if (size - command.headers_size > member.limits.message) {
    return refuse(ErrorCode::message_too_large, "the reply is too large");
  }
  if (const auto error = check_headers(command.content.substr(0, command.headers_size), member.limits)) {
    return refuse(*error, "the reply's headers");
  }
  auto* caller = sessions_.by_key(exchange.caller);
  if (!caller->out.has_room_for_reply(size)) return refuse(ErrorCode::overflow, "the caller does not read its replies");

  const bool failed = (command.flags & protocol::Reply::kFailed) != 0;
  const bool is_last = failed || (command.flags & protocol::Reply::kMore) == 0;
  auto copy = command;
  copy.number = exchange.request;
  if (failed) copy.flags = protocol::Reply::kFailed;
  sessions_.wake(*caller);
  if (is_last) {
    caller->out.push_data(copy);
    finish(command.number);
    return std::nullopt;
  }
  caller->out.push_part(copy, command.number);
  wait_no_more(command.number, exchange);
  exchange.has_begun = true;
  exchange.parts += size;
  extend(command.number, exchange, now);
  return std::nullopt;
}

void Services::flushed(Session& session, Instant now) {
  if (!session.services.empty() && !waiting_.empty()) changed_ = true;
  const auto passed = session.out.take_passed();
  for (std::size_t i = 0; i < passed.size(); ++i) {
    const auto number = passed[i].exchange;
    const auto found = exchanges_.find(number);
    if (found == exchanges_.end()) continue;  // it has ended meanwhile
    auto& exchange = found->second;
    exchange.passed += passed[i].bytes;
    if (i + 1 < passed.size() && passed[i + 1].exchange == number) continue;
    extend(number, exchange, now);
    auto& worker = *sessions_.by_key(exchange.worker);
    sessions_.answer(worker, protocol::Passed{.exchange = number, .bytes = exchange.passed});
    has_passed_ = true;
  }
}

}  // namespace fanfare::broker::core
