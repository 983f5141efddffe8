// What becomes of requests whose member is lost. One that is safe to retry waits for another member: by itself when its
// own has ended, or at its own when that may still come back. Whoever serves the topic and has room first gets it,
// under a number of its own, so that an answer to an earlier try reaches nobody.

#include <utility>

#include "broker/core/services.hpp"

namespace fanfare::broker::core {

bool Services::may_retry(const Exchange& exchange) const {
  return exchange.kept != nullptr && !exchange.has_begun && exchange.attempt < settings_.request_attempts;
}

void Services::wait_for_another(std::uint64_t number) {
  waiting_[exchanges_.at(number).kept->topic].insert(number);
  changed_ = true;
}

void Services::wait_no_more(std::uint64_t number, const Exchange& exchange) {
  if (exchange.kept == nullptr) return;
  const auto found = waiting_.find(exchange.kept->topic);
  if (found == waiting_.end()) return;
  found->second.erase(number);
  if (found->second.empty()) waiting_.erase(found);
}

void Services::take_from_worker(std::uint64_t number, Exchange& exchange) {
  if (auto* worker = sessions_.by_key(exchange.worker)) worker->work.erase(number);
  if (const auto member = members_.find(exchange.member); member != members_.end()) {
    --member->second.in_flight;
    changed_ = true;
  }
  exchange.worker = 0;
  exchange.member = 0;
}

void Services::detached(Session& session) {
  for (const auto number : session.work) {
    if (may_retry(exchanges_.at(number))) wait_for_another(number);
  }
}

void Services::attached(Session& session) {
  for (const auto number : session.work) wait_no_more(number, exchanges_.at(number));
  changed_ = true;
}

void Services::leave(Session& session) {
  // Its own first: none of them is to go to another member now.
  while (!session.calls.empty()) {
    const auto number = session.calls.begin()->second;
    tell_worker_canceled(exchanges_.at(number), number);
    finish(number);
  }
  while (!session.work.empty()) {
    const auto number = *session.work.begin();
    auto& exchange = exchanges_.at(number);
    if (may_retry(exchange)) {
      take_from_worker(number, exchange);
      wait_for_another(number);
    } else {
      fail(number, ErrorCode::outcome_unknown, "the member's session ended");
    }
  }
  while (!session.services.empty()) stop(session, session.services.begin()->first);
}

void Services::run(Instant now) {
  has_passed_ = false;
  if (!std::exchange(changed_, false) || waiting_.empty()) return;
  tick(now);  // what is over is not tried again
  for (auto topic = waiting_.begin(); topic != waiting_.end();) {
    auto& numbers = topic->second;
    ++topic;  // it goes with its last number
    for (auto left = numbers.size(); left > 0; --left) {
      const auto number = *numbers.begin();
      const auto& kept = *exchanges_.at(number).kept;
      bool any = false;
      auto* member = least_busy(kept.topic, kept.content.size(), any);
      if (member == nullptr) break;
      retry(number, *member, now);
    }
  }
  changed_ = false;
}

void Services::retry(std::uint64_t number, Member& member, Instant now) {
  auto moved = exchanges_.extract(number);
  auto& exchange = moved.mapped();
  tell_worker_canceled(exchange, number);
  wait_no_more(number, exchange);
  take_from_worker(number, exchange);
  deadlines_.erase({exchange.deadline, number});

  const auto next = ++last_exchange_;
  moved.key() = next;
  deadlines_.emplace(exchange.deadline, next);
  sessions_.by_key(exchange.caller)->calls.at(exchange.request) = next;
  const auto& kept = *exchange.kept;
  exchanges_.insert(std::move(moved));
  ++counters_.requests_retried;
  hand(next, member,
       protocol::Request{.flags = kept.flags,
                         .actor_size = kept.actor_size,
                         .headers_size = kept.headers_size,
                         .topic = std::string_view(kept.topic),
                         .content = std::string_view(kept.content)},
       now);
}

}  // namespace fanfare::broker::core
