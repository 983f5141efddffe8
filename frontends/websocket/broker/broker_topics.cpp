#include "frontends/websocket/broker/broker_topics.hpp"

#include <utility>

#include "frontends/websocket/broker/publication.hpp"

namespace fanfare::frontends::websocket::broker {
namespace {

/// As long as a session waits for it.
constexpr std::chrono::milliseconds kReadTimeout = hub::RecoveryLimits{}.time;

}  // namespace

BrokerTopics::BrokerTopics(Client& client, Handover& handover, runtime::Logger& log, runtime::Metrics& metrics)
    : client_(client),
      handover_(handover),
      log_(log),
      unreadable_(
          metrics.counter("fanfare_websocket_unreadable_messages_total", "Messages whose payload is not JSON.")),
      overflows_(
          metrics.counter("fanfare_websocket_overflows_total", "Messages that came faster than they were sent on.")) {}

void BrokerTopics::open(const std::string& topic) {
  const auto number = ++last_number_;
  try {
    auto subscription = client_.subscribe(
        topic, [this, topic, number](const Message& message) { arrived(topic, number, message); },
        options(topic, number));
    open_.insert_or_assign(topic, Open{number, std::move(subscription)});
  } catch (const Error& error) {  // the client is closed
    handover_.push([this, topic, text = std::string(error.what())] {
      hub_->refused(topic, {protocol::kInternal, text, true});
    });
  }
}

void BrokerTopics::close(const std::string& topic) { open_.erase(topic); }

void BrokerTopics::read(const std::string& topic, const Position& after, const hub::ReadBounds& bounds,
                        hub::OnPage done) {
  const auto tell = [this, done = std::move(done)](std::optional<hub::Page> page) {
    handover_.push([done, page = std::move(page)]() mutable { done(std::move(page)); });
  };
  try {
    client_.fetch(topic,
                  {.from = From::after(after),
                   .max_count = static_cast<std::uint32_t>(bounds.count),
                   .max_bytes = static_cast<std::uint32_t>(bounds.bytes)},
                  kReadTimeout,
                  [this, topic, tell](const Outcome<Fetched>& outcome) { tell(page_of(topic, outcome)); });
  } catch (const Error&) {  // the client is closed
    tell(std::nullopt);
  }
}

/// On the dispatcher thread: what is missed is encoded there like what is live.
std::optional<hub::Page> BrokerTopics::page_of(const std::string& topic, const Outcome<Fetched>& outcome) {
  if (!outcome.ok()) {
    log_.warn("what was missed can't be read: clients load again",
              {{"topic", topic}, {"reason", outcome.error().what()}});
    return std::nullopt;
  }
  const auto& fetched = outcome.value();
  hub::Page page{.through = fetched.through, .last = fetched.last, .recovered = fetched.recovered};
  for (const auto& message : fetched.messages) {
    auto publication = replayed_publication_of(message);
    if (publication) {
      page.publications.push_back({message.position.sequence, std::move(*publication)});
    } else {
      tell_unreadable(message);
    }
  }
  return page;
}

void BrokerTopics::tell_unreadable(const Message& message) {
  unreadable_.add();
  log_.warn("message ignored: its payload is not JSON", {{"topic", message.topic}, {"publisher", message.publisher}});
}

void BrokerTopics::arrived(const std::string& topic, std::uint64_t number, const Message& message) {
  const auto line = publication_of(message);
  if (!line) return tell_unreadable(message);
  const auto at = message.stream.empty() ? std::nullopt : std::optional(message.position);
  const auto trace = message.traced ? message.id : std::nullopt;
  const auto pass_on = if_open(topic, number, [this, topic, at, line = *line, trace](hub::Hub& hub) {
    const auto sessions = hub.arrived(topic, at, line);
    if (trace) client_.trace({.id = trace, .traced = true}, "given to " + std::to_string(sessions) + " sockets");
  });
  if (handover_.offer(line->size(), pass_on)) return;
  overflows_.add();
  handover_.push(if_open(topic, number, [topic](hub::Hub& hub) { hub.interrupted(topic); }));
}

SubscribeOptions BrokerTopics::options(const std::string& topic, std::uint64_t number) {
  const bool can_be_loaded_again = !topic.starts_with("typing.");
  return {
      .on_gap =
          [this, topic, number, can_be_loaded_again](const Gap&) {
            if (!can_be_loaded_again) return;
            handover_.push(if_open(topic, number, [topic](hub::Hub& hub) { hub.interrupted(topic); }));
          },
      .on_ready = [this, topic,
                   number] { handover_.push(if_open(topic, number, [topic](hub::Hub& hub) { hub.opened(topic); })); },
      .on_error =
          [this, topic, number](const Error& error) {
            log_.error("the broker refuses a subscription", {{"topic", topic}, {"reason", error.what()}});
            const protocol::Refusal refusal{protocol::kInternal, "this channel can't be opened at the moment", true};
            handover_.push(if_open(topic, number, [topic, refusal](hub::Hub& hub) { hub.refused(topic, refusal); }));
          },
      .on_begin =
          [this, topic, number](const Beginning& beginning) {
            handover_.push(if_open(topic, number, [topic, beginning](hub::Hub& hub) {
              hub.began(topic, beginning.after, beginning.recovered);
            }));
          },
      .on_caught_up =
          [this, topic, number](const Position& position) {
            handover_.push(
                if_open(topic, number, [topic, position](hub::Hub& hub) { hub.caught_up(topic, position); }));
          },
  };
}

/// On the I/O thread, unless the topic was closed or opened anew meanwhile.
Handover::Work BrokerTopics::if_open(const std::string& topic, std::uint64_t number,
                                     std::function<void(hub::Hub&)> work) {
  return [this, topic, number, work = std::move(work)] {
    const auto found = open_.find(topic);
    if (found != open_.end() && found->second.number == number) work(*hub_);
  };
}

}  // namespace fanfare::frontends::websocket::broker
