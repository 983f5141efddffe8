#include "broker/core/services.hpp"

#include <algorithm>

#include "broker/core/incoming.hpp"
#include "protocol/topic.hpp"

namespace fanfare::broker::core {

using protocol::CommandType;

namespace {

/// What a REQUEST is on the wire beside its content, at most.
constexpr std::size_t kRequestFields = 1024;

}  // namespace

void Services::serve(Session& session, const protocol::Serve& command) {
  const auto id = ++last_member_;
  members_.emplace(id, Member{.session = session.key,
                              .handle = command.handle,
                              .pattern = std::string(command.pattern),
                              .max_in_flight = command.max_in_flight});
  session.services.emplace(command.handle, id);
  index_.add(command.pattern, id);
  changed_ = true;
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
    const auto& session = *sessions_.by_key(member.session);
    if (!session.attached()) continue;
    any = true;
    if (member.max_in_flight != 0 && member.in_flight >= member.max_in_flight) continue;
    if (!session.out.has_room(size + kRequestFields)) continue;
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
  if (const auto error = check_content(command, caller.limits)) {
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
  std::unique_ptr<const Kept> kept;
  if ((command.flags & protocol::message_flags::kRetrySafe) != 0) {
    kept = std::make_unique<const Kept>(Kept{.topic = std::string(command.topic),
                                             .content = std::string(command.content),
                                             .flags = command.flags,
                                             .actor_size = command.actor_size,
                                             .headers_size = command.headers_size});
    if (caller.kept_requests + kept->size() > settings_.outbox) return refuse(ErrorCode::too_many_requests);
  }

  bool any = false;
  auto* member = least_busy(command.topic, command.content.size(), any);
  if (!any) return refuse(ErrorCode::no_service, command.topic);
  if (member == nullptr) return refuse(ErrorCode::too_many_requests, command.topic);

  ++counters_.requests;
  if (kept) caller.kept_requests += kept->size();
  const auto number = ++last_exchange_;
  const auto deadline = now.steady + timeout;
  exchanges_.emplace(number, Exchange{.caller = caller.key,
                                      .request = command.request,
                                      .timeout = timeout,
                                      .deadline = deadline,
                                      .kept = std::move(kept)});
  deadlines_.emplace(deadline, number);
  caller.calls.emplace(command.request, number);
  hand(number, *member, command, now);
  return true;
}

void Services::hand(std::uint64_t number, Member& member, const protocol::Request& request, Instant now) {
  auto& exchange = exchanges_.at(number);
  auto& worker = *sessions_.by_key(member.session);
  exchange.member = worker.services.at(member.handle);
  exchange.worker = worker.key;
  ++exchange.attempt;
  worker.work.insert(number);
  ++member.in_flight;
  member.last_used = number;

  const auto left = std::chrono::ceil<std::chrono::milliseconds>(exchange.deadline - now.steady).count();
  const auto* caller = sessions_.by_key(exchange.caller);
  worker.out.push_data(protocol::ServiceRequest{.exchange = number,
                                                .handle = member.handle,
                                                .remaining_ms = static_cast<std::uint32_t>(std::max(left, 1L)),
                                                .attempt = exchange.attempt,
                                                .flags = request.flags,
                                                .actor_size = request.actor_size,
                                                .headers_size = request.headers_size,
                                                .topic = request.topic,
                                                .publisher = std::string_view(caller->publisher),
                                                .content = request.content});
  sessions_.wake(worker);
}

void Services::cancel(Session& caller, const protocol::Cancel& command) {
  const auto call = caller.calls.find(command.number);
  if (call == caller.calls.end()) return;  // answered meanwhile
  const auto number = call->second;
  tell_worker_canceled(exchanges_.at(number), number);
  fail(number, ErrorCode::canceled, {});
}

void Services::tick(Instant now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now.steady) {
    const auto number = deadlines_.begin()->second;
    tell_worker_canceled(exchanges_.at(number), number);
    fail(number, ErrorCode::deadline_exceeded, {});
  }
}

std::optional<std::chrono::microseconds> Services::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

/// The time that one part may take begins.
void Services::extend(std::uint64_t number, Exchange& exchange, Instant now) {
  deadlines_.erase({exchange.deadline, number});
  exchange.deadline = now.steady + exchange.timeout;
  deadlines_.emplace(exchange.deadline, number);
}

void Services::finish(std::uint64_t number) {
  const auto found = exchanges_.find(number);
  auto& exchange = found->second;
  wait_no_more(number, exchange);
  take_from_worker(number, exchange);
  if (auto* caller = sessions_.by_key(exchange.caller)) {
    caller->calls.erase(exchange.request);
    if (exchange.kept) caller->kept_requests -= exchange.kept->size();
  }
  deadlines_.erase({exchange.deadline, number});
  exchanges_.erase(found);
}

void Services::fail(std::uint64_t number, ErrorCode code, std::string_view detail) {
  const auto& exchange = exchanges_.at(number);
  if (auto* caller = sessions_.by_key(exchange.caller)) {
    sessions_.refuse(*caller, exchange.request, CommandType::request, code, detail);
  }
  finish(number);
}

void Services::tell_worker_canceled(const Exchange& exchange, std::uint64_t number) {
  if (auto* worker = sessions_.by_key(exchange.worker)) {
    sessions_.answer(*worker, protocol::Cancel{.number = number});
  }
}

}  // namespace fanfare::broker::core
