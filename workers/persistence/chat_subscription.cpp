#include "workers/persistence/chat_subscription.hpp"

#include <unistd.h>

#include <algorithm>
#include <random>
#include <utility>
#include <variant>

namespace fanfare::workers::persistence {
namespace {

constexpr const char* kPattern = "chat.>";

/// Nobody else's.
std::string make_mark_topic() {
  return "$sys.event.persistence." + std::to_string(::getpid()) + "-" + std::to_string(std::random_device()());
}

}  // namespace

ChatSubscription::ChatSubscription(const Context& context, std::optional<Position> reached)
    : context_(context),
      continuity_(reached),
      skipped_(context.metrics.counter("fanfare_persistence_skipped_total", "Records on chat.> that are no messages.")),
      gaps_(context.metrics.counter("fanfare_persistence_gaps_total", "Times that messages may be missing.")),
      mark_topic_(make_mark_topic()),
      marks_(context.client.subscribe(mark_topic_,
                                      [this](const Message&) {
                                        if (!has_marked_.exchange(true)) marked_.set_value();
                                      })),
      messages_(context.client.subscribe(
          kPattern, [this](const Message& message) { take(message); },
          {.on_gap = [this](const Gap& gap) { note_gap(gap); },
           .on_error = [this](const Error& error) { context_.fail(std::string(kPattern) + ": " + error.what()); }})) {}

bool ChatSubscription::wait_ready(std::chrono::milliseconds timeout) const {
  return messages_.wait_ready(timeout) && marks_.wait_ready(timeout);
}

bool ChatSubscription::catch_up(std::chrono::steady_clock::time_point deadline) {
  if (context_.client.state().connection != Connection::ready) return false;
  context_.client.publish(mark_topic_, "", {}, [](const Outcome<Ack>&) {});
  return marked_.get_future().wait_until(deadline) == std::future_status::ready;
}

void ChatSubscription::take(const Message& message) {
  if (message.position.epoch.is_nil()) return skip(message, Skip::kNoPosition);  // nothing to remember it by
  const std::optional<Position> last = continuity_.last();
  if (const std::string_view doubt = continuity_.note(message.position); !doubt.empty()) {
    gaps_.add();
    context_.log.warn(doubt, {{"stored", last->to_string()}, {"now", message.position.to_string()}});
  }
  PendingRecord record{.position = message.position};
  if (message.traced) record.trace = message.id;
  auto checked =
      check_chat_message({message.topic, message.actor, message.payload, message.position, message.timestamp});
  if (auto* const text = std::get_if<store::ChatMessage>(&checked)) {
    record.message = std::move(*text);
  } else {
    skip(message, std::get<Skip>(checked));
  }
  context_.writer.add(std::move(record));
}

void ChatSubscription::skip(const Message& message, Skip reason) {
  skipped_.add();
  const auto level = reason == Skip::kOtherKind ? runtime::LogLevel::kDebug : runtime::LogLevel::kWarn;
  context_.log.write(level, "record skipped",
                     {{"reason", persistence::name_of(reason)},
                      {"topic", message.topic},
                      {"publisher", message.publisher},
                      {"position", message.position.to_string()}});
}

void ChatSubscription::note_gap(const Gap& gap) {
  gaps_.add();
  context_.log.warn("messages may be missing in the history", {{"reason", to_string(gap.reason)},
                                                               {"from", gap.from.to_string()},
                                                               {"to", gap.to.to_string()},
                                                               {"dropped", gap.dropped}});
}

}  // namespace fanfare::workers::persistence
