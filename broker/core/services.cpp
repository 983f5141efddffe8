#include "broker/core/services.hpp"

#include <algorithm>

#include "broker/core/incoming.hpp"
#include "protocol/topic.hpp"

namespace fanfare::broker::core {

using protocol::CommandType;

void Services::serve(Session& session, const protocol::Serve& command) {
  const auto id = ++last_member_;
  members_.emplace(id, Member{.session = session.key,
                              .handle = command.handle,
                              .pattern = std::string(command.pattern),
                              .max_in_flight = command.max_in_flight});
  session.services.emplace(command.handle, id);
  index_.add(command.pattern, id);
}

void Services::stop(Session& session, protocol::Handle handle) {
  const auto found = session.services.find(handle);
  if (found == session.services.end()) return;
  index_.remove(members_.at(found->second).pattern, found->second);
  members_.erase(found->second);
  session.services.erase(found);
}

/// `any`: somebody who has a connection serves the topic.
Services::Member* Services::least_busy(std::string_view topic, std::size_t size, bool& any) {
  Member* best = nullptr;
  for (const auto id : index_.match(topic)) {
    auto& member = members_.at(id);
    if (!sessions_.by_key(member.session)->attached()) continue;
    any = true;
    if (member.max_in_flight != 0 && member.in_flight >= member.max_in_flight) continue;
    if (!sessions_.by_key(member.session)->out.has_room(size)) continue;
    const auto rank = [](const Member& one) { return std::pair(one.in_flight, one.last_used); };
    if (best == nullptr || rank(member) < rank(*best)) best = &member;
  }
  return best;
}

bool Services::request(Session& caller, const protocol::Request& command, Instant now) {
  const auto refuse = [&](ErrorCode code, std::string_view detail = {}) {
    sessions_.refuse(caller, command.request, CommandType::request, code, detail);
    return true;
  };
  protocol::Content content;
  if (const auto error = check_content(command, settings_.limits, content)) {
    return *error != ErrorCode::malformed_frame && refuse(*error);
  }
  if (!protocol::is_topic(command.topic, settings_.limits)) return refuse(ErrorCode::bad_topic, command.topic);
  if (caller.calls.size() >= settings_.open_requests) return refuse(ErrorCode::too_many_requests);
  if (caller.calls.contains(command.request)) return refuse(ErrorCode::handle_in_use, "request number in use");
  const std::chrono::milliseconds timeout(command.timeout_ms);
  if (timeout.count() == 0 || timeout > settings_.max_request_timeout) {
    return refuse(ErrorCode::deadline_exceeded,
                  "a timeout is 1 to " + std::to_string(settings_.max_request_timeout.count()) + " ms");
  }

  bool any = false;
  auto* member = least_busy(command.topic, command.content.size() + 512, any);
  if (!any) return refuse(ErrorCode::no_service, command.topic);
  if (member == nullptr) return refuse(ErrorCode::too_many_requests, command.topic);

  ++counters_.requests;
  const auto number = ++last_exchange_;
  auto& worker = *sessions_.by_key(member->session);
  const auto member_id = worker.services.at(member->handle);
  const auto deadline = now.steady + timeout;
  exchanges_.emplace(number, Exchange{caller.key, command.request, member_id, worker.key, deadline});
  deadlines_.emplace(deadline, number);
  caller.calls.emplace(command.request, number);
  worker.work.insert(number);
  ++member->in_flight;
  member->last_used = number;

  worker.out.push_data(protocol::ServiceRequest{.exchange = number,
                                                .handle = member->handle,
                                                .remaining_ms = command.timeout_ms,
                                                .flags = command.flags,
                                                .actor_size = command.actor_size,
                                                .headers_size = command.headers_size,
                                                .topic = command.topic,
                                                .publisher = std::string_view(caller.publisher),
                                                .content = command.content});
  sessions_.wake(worker);
  return true;
}

bool Services::reply(Session& member, const protocol::Reply& command) {
  if (command.headers_size > command.content.size()) return false;
  const auto found = exchanges_.find(command.number);
  if (found == exchanges_.end() || found->second.worker != member.key) {
    ++counters_.replies_late;
    return true;
  }
  const auto exchange = found->second;
  const auto refuse = [&](ErrorCode code, std::string_view detail) {
    tell_caller(exchange, code, detail);
    finish(command.number);
    sessions_.refuse(member, command.number, CommandType::reply, code, detail);
    return true;
  };
  if (command.content.size() - command.headers_size > settings_.limits.message) {
    return refuse(ErrorCode::message_too_large, "the reply is too large");
  }
  if (const auto error = check_headers(command.content.substr(0, command.headers_size), settings_.limits)) {
    return refuse(*error, "the reply's headers");
  }
  if (auto* caller = sessions_.by_key(exchange.caller)) {
    if (!caller->out.has_room(command.content.size()))
      return refuse(ErrorCode::overflow, "the caller does not read its replies");
    auto copy = command;
    copy.number = exchange.request;
    caller->out.push_data(copy);
    sessions_.wake(*caller);
  }
  if ((command.flags & protocol::Reply::kMore) == 0) finish(command.number);
  return true;
}

void Services::cancel(Session& caller, const protocol::Cancel& command) {
  const auto call = caller.calls.find(command.number);
  if (call == caller.calls.end()) return;  // answered meanwhile
  const auto number = call->second;
  const auto exchange = exchanges_.at(number);
  tell_worker_canceled(exchange, number);
  tell_caller(exchange, ErrorCode::canceled, {});
  finish(number);
}

void Services::tick(Instant now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now.steady) {
    const auto number = deadlines_.begin()->second;
    const auto exchange = exchanges_.at(number);
    tell_worker_canceled(exchange, number);
    tell_caller(exchange, ErrorCode::deadline_exceeded, {});
    finish(number);
  }
}

std::optional<std::chrono::microseconds> Services::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

void Services::leave(Session& session) {
  while (!session.work.empty()) {
    const auto number = *session.work.begin();
    tell_caller(exchanges_.at(number), ErrorCode::outcome_unknown, "the member's session ended");
    finish(number);
  }
  while (!session.calls.empty()) {
    const auto number = session.calls.begin()->second;
    tell_worker_canceled(exchanges_.at(number), number);
    finish(number);
  }
  while (!session.services.empty()) stop(session, session.services.begin()->first);
}

void Services::finish(std::uint64_t number) {
  const auto found = exchanges_.find(number);
  const auto& exchange = found->second;
  if (auto* caller = sessions_.by_key(exchange.caller)) caller->calls.erase(exchange.request);
  if (auto* worker = sessions_.by_key(exchange.worker)) worker->work.erase(number);
  if (const auto member = members_.find(exchange.member); member != members_.end()) --member->second.in_flight;
  deadlines_.erase({exchange.deadline, number});
  exchanges_.erase(found);
}

void Services::tell_caller(const Exchange& exchange, ErrorCode code, std::string_view detail) {
  auto* caller = sessions_.by_key(exchange.caller);
  if (caller != nullptr) sessions_.refuse(*caller, exchange.request, CommandType::request, code, detail);
}

void Services::tell_worker_canceled(const Exchange& exchange, std::uint64_t number) {
  auto* worker = sessions_.by_key(exchange.worker);
  if (worker != nullptr) sessions_.answer(*worker, protocol::Cancel{.number = number});
}

}  // namespace fanfare::broker::core
