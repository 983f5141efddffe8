#include "workers/persistence/chat_subscription.hpp"

#include <utility>
#include <variant>

namespace fanfare::workers::persistence {
namespace {

constexpr const char* kPattern = "chat.>";

}  // namespace

ChatSubscription::ChatSubscription(const Context& context, std::optional<Position> reached)
    : context_(context),
      read_(reached),
      skipped_(context.metrics.counter("fanfare_persistence_skipped_total", "Records on chat.> that are no messages.")),
      gaps_(context.metrics.counter("fanfare_persistence_gaps_total", "Times that messages may be missing.")),
      not_recovered_(context.metrics.counter("fanfare_persistence_not_recovered_total",
                                             "Times that the broker no longer had all that was not read yet.")),
      messages_(context.client.subscribe(
          kPattern, [this](const Message& message) { take(message); },
          {.from = reached ? From::after(*reached) : From::all(),
           .on_gap = [this](const Gap& gap) { note_gap(gap); },
           .on_error = [this](const Error& error) { context_.fail(std::string(kPattern) + ": " + error.what()); },
           .on_begin = [this](const Beginning& beginning) { begin(beginning); },
           .on_caught_up = [this](const Position& position) { catch_up(position); }})) {}

bool ChatSubscription::wait_ready(std::chrono::milliseconds timeout) const { return messages_.wait_ready(timeout); }

void ChatSubscription::take(const Message& message) {
  if (message.position.epoch.is_nil()) return skip(message, Skip::kNoPosition);  // nothing to remember it by
  read_ = message.position;
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

void ChatSubscription::begin(const Beginning& beginning) {
  const std::string read = read_ ? read_->to_string() : "nothing";
  if (beginning.recovered) {
    context_.log.info("reading the stream", {{"read", read}, {"after", beginning.after.to_string()}});
    return;
  }
  not_recovered_.add();
  context_.log.error("the broker no longer has all that was not read yet: messages are missing in the history",
                     {{"read", read}, {"after", beginning.after.to_string()}});
}

void ChatSubscription::note_gap(const Gap& gap) {
  gaps_.add();
  context_.log.error("messages may be missing in the history", {{"reason", to_string(gap.reason)},
                                                                {"from", gap.from.to_string()},
                                                                {"to", gap.to.to_string()},
                                                                {"dropped", gap.dropped}});
}

/// Counts as read, so that a stream in which nothing matches is not looked through again at each start, and a new epoch
/// is the database's as soon as its past is read.
void ChatSubscription::catch_up(const Position& position) {
  if (position.epoch.is_nil()) return;
  read_ = position;
  context_.writer.add({.position = position});
}

}  // namespace fanfare::workers::persistence
