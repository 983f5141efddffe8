// Requests and replies (PROTOCOL.md §5): those this client answers, and the answers to its own.
#include <utility>

#include "protocol/header_map.hpp"
#include "sdk/session/failure_reply.hpp"
#include "sdk/session/refusals.hpp"
#include "sdk/session/session.hpp"

namespace fanfare::session {
namespace {

/// A reply in parts that are put together is at most so large.
constexpr std::size_t kMostGathered = 64U << 20U;

}  // namespace

bool Session::on(const protocol::ServiceRequest& request, Incoming& incoming) {
  const auto content =
      protocol::split_content(request.content, request.flags, request.actor_size, request.headers_size);
  if (!content) return false;
  if (exchanges_.came_too_late(request.exchange)) return true;
  const auto exchange = exchanges_.add(request.exchange);
  if (registrations_.find(request.handle) == nullptr) {
    reply(exchange, failure_headers(ErrorCode::no_service), "the service has just ended", true);
    return true;
  }
  incoming.to_handlers = true;
  listener_.on_event(RequestArrived{request.handle, exchange, incoming.data, request, *content});
  return true;
}

bool Session::on(const protocol::Cancel& cancel, Incoming&) {
  if (const auto exchange = exchanges_.cancel(cancel.number)) listener_.on_event(ExchangeEnded{*exchange});
  return true;
}

void Session::reply(ExchangeId exchange, std::string_view headers, std::string_view payload, bool failed) {
  answer(exchange, headers, payload, failed ? protocol::Reply::kFailed : std::uint8_t{0});
}

void Session::part(ExchangeId exchange, std::string_view headers, std::string_view payload) {
  answer(exchange, headers, payload, protocol::Reply::kMore);
}

void Session::answer(ExchangeId id, std::string_view headers, std::string_view payload, std::uint8_t flags) {
  auto* exchange = exchanges_.find(id);
  if (exchange == nullptr || exchange->is_answered) return;
  std::string failure;
  if (const auto refusal = refusal_of(headers, payload.size(), limits_)) {
    // Of a part whoever sends more of them is to know.
    if (flags == protocol::Reply::kMore) listener_.on_event(ExchangeEnded{id});
    failure = failure_headers(*refusal);
    headers = failure;
    payload = {};
    flags = protocol::Reply::kFailed;
  }
  std::string content(headers);
  content.append(payload);
  OpenExchange::Waiting made{.command = {}, .size = content.size(), .last = flags != protocol::Reply::kMore};
  protocol::append_command(made.command, protocol::Reply{.number = exchange->number,
                                                         .flags = flags,
                                                         .headers_size = static_cast<std::uint16_t>(headers.size()),
                                                         .content = std::string_view(content)});
  exchange->is_answered = made.last;
  exchange->waiting.push_back(std::move(made));
  send_parts(id, *exchange);
}

void Session::send_parts(ExchangeId id, OpenExchange& exchange) {
  while (!exchange.waiting.empty() && exchange.allows(exchange.waiting.front().size)) {
    auto& next = exchange.waiting.front();
    replies_.push_back(std::move(next.command));
    exchange.sent += next.size;
    const bool last = next.last;
    exchange.waiting.pop_front();
    if (last) return exchanges_.remove(id);
  }
}

bool Session::on(const protocol::Passed& passed, Incoming&) {
  const auto id = exchanges_.id_of(passed.exchange);
  if (!id) return true;
  auto& exchange = *exchanges_.find(*id);
  if (passed.bytes < exchange.passed || passed.bytes > exchange.sent) return false;
  exchange.passed = passed.bytes;
  listener_.on_event(PartsPassed{*id, passed.bytes});
  send_parts(*id, exchange);
  return true;
}

bool Session::on(const protocol::Reply& reply, Incoming& incoming) {
  const auto* pending = find_pending(reply.number);
  if (pending == nullptr || pending->kind != Pending::Kind::request) return true;
  const auto ticket = pending->id;
  auto* request = requests_.find(ticket);
  const bool failed = (reply.flags & protocol::Reply::kFailed) != 0;
  const auto headers = reply.headers_size <= reply.content.size()
                           ? protocol::decode_headers(reply.content.substr(0, reply.headers_size))
                           : std::nullopt;
  if (headers && !failed && (reply.flags & protocol::Reply::kMore) != 0) {
    const auto payload = reply.content.substr(reply.headers_size);
    return take_part(ticket, *request, {.payload = std::string(payload), .headers = *headers}, incoming);
  }
  auto payload = std::move(request->gathered);
  pending_.erase(reply.number);
  requests_.remove(ticket);
  if (!headers) {
    listener_.on_event(RequestFailed{ticket, Error(ErrorCode::bad_headers, "in the reply")});
    return true;
  }
  const auto rest = reply.content.substr(reply.headers_size);
  if (failed) {
    listener_.on_event(RequestFailed{ticket, failure_of(*headers, rest)});
  } else {
    payload.append(rest);
    listener_.on_event(Replied{ticket, {.payload = std::move(payload), .headers = *headers}});
  }
  return true;
}

bool Session::take_part(Ticket ticket, OpenRequest& request, Reply part, Incoming& incoming) {
  requests_.extend(ticket, incoming.now);
  if (request.takes_parts) {
    incoming.to_handlers = true;
    listener_.on_event(PartReplied{ticket, incoming.data, std::move(part)});
    return true;
  }
  if (request.gathered.size() + part.payload.size() <= kMostGathered) {
    request.gathered.append(part.payload);
    return true;
  }
  control(protocol::Cancel{.number = request.number});
  pending_.erase(request.number);
  requests_.remove(ticket);
  listener_.on_event(RequestFailed{ticket, Error(ErrorCode::message_too_large, "the reply is larger than 64 MiB")});
  return true;
}

}  // namespace fanfare::session
