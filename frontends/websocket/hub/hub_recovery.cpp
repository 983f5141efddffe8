// How sessions get into an open topic, and what they missed is read for them, as hub.hpp has it.

#include <algorithm>
#include <utility>

#include "frontends/websocket/hub/hub.hpp"

namespace fanfare::frontends::websocket::hub {

/// Who names no position, or one since which nothing came, is in at once.
void Hub::admit(const std::string& name, Topic& topic, const Waiting& newcomer) {
  const auto& [subscriber, after, done, until] = newcomer;
  if (after && topic.fed && after->epoch == topic.fed->epoch) {
    const bool has_all = topic.quiet_from && *topic.quiet_from <= *after && *after <= *topic.fed;
    if (!has_all) return recover(name, topic, newcomer);
    topic.audience.add(subscriber, topic.fed);
    return done(session::Entered{.position = topic.fed, .recovered = true});
  }
  topic.audience.add(subscriber, topic.fed);
  done(session::Entered{.position = topic.fed});
}

void Hub::recover(const std::string& name, Topic& topic, const Waiting& newcomer) {
  const auto number = ++last_recovery_;
  topic.audience.add(newcomer.subscriber, std::make_unique<Recovery>(number, *newcomer.after, limits_.recovery,
                                                                     clock_().steady, newcomer.done));
  to_read_.emplace_back(name, number);
  read_next();
}

void Hub::read_next() {
  while (reading_ < limits_.reads && !to_read_.empty()) {
    const auto [name, recovery] = std::move(to_read_.front());
    to_read_.pop_front();
    read(name, recovery);
  }
}

void Hub::read(const std::string& name, std::uint64_t recovery) {
  const auto found = topics_.find(name);
  const auto* reading = found == topics_.end() ? nullptr : found->second.audience.recovery(recovery);
  if (reading == nullptr) return;
  ++reading_;
  source_.read(name, reading->reached(), reading->left(), [this, name, recovery](std::optional<Page> page) {
    --reading_;
    take(name, recovery, std::move(page));
    read_next();
  });
}

void Hub::take(const std::string& name, std::uint64_t recovery, std::optional<Page> page) {
  const auto found = topics_.find(name);
  auto* reading = found == topics_.end() ? nullptr : found->second.audience.recovery(recovery);
  if (reading == nullptr) return;
  Topic& topic = found->second;
  reading->take(std::move(page));
  if (reading->state() == Recovery::State::kReading) {
    to_read_.emplace_front(name, recovery);
    return;
  }
  // The next one that comes from there on need not be read for.
  if (reading->state() == Recovery::State::kComplete && topic.quiet_from && *topic.quiet_from <= reading->reached()) {
    topic.quiet_from = std::min(*topic.quiet_from, reading->last_until(*topic.quiet_from));
  }
  topic.audience.settle(*topic.fed);
}

}  // namespace fanfare::frontends::websocket::hub
