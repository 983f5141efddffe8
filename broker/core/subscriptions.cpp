#include "broker/core/subscriptions.hpp"

#include <algorithm>

#include "protocol/topic.hpp"

namespace fanfare::broker::core {

std::vector<protocol::StreamNumber> Subscriptions::touched(std::string_view pattern) {
  std::vector<protocol::StreamNumber> numbers;
  for (const auto& stream : streams_.all()) {
    const auto touches = [&](const std::string& topics) { return protocol::overlap(pattern, topics); };
    if (std::ranges::any_of(stream.topics, touches)) numbers.push_back(stream.number);
  }
  return numbers;
}

void Subscriptions::join(Session& session, const Subscription& subscription) {
  if (subscription.overflow == protocol::Overflow::close) session.out.close_on_overflow();
  audiences_.subscribe(session, subscription.pattern);
  note(session, subscription, true);
}

void Subscriptions::part(Session& session, const Subscription& subscription) {
  audiences_.unsubscribe(session, subscription.pattern);
  note(session, subscription, false);
}

/// Batches of a stream are dropped only if nobody in the session wants all of it.
void Subscriptions::note(Session& session, const Subscription& subscription, bool joins) {
  const bool drops = subscription.overflow == protocol::Overflow::drop_oldest;
  for (const auto number : touched(subscription.pattern)) {
    auto& interest = session.streams[number];
    interest.subscriptions += joins ? 1U : -1U;
    interest.dropping += drops ? (joins ? 1U : -1U) : 0U;
    session.out.set_drops(number, interest.dropping > 0 && interest.dropping == interest.subscriptions);
  }
}

}  // namespace fanfare::broker::core
