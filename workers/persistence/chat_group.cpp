// Why these limits of the group: they are the same for all its members and stay with it, so they are no settings.
//
// ack_wait: a member that is stopped or cut off keeps its conversations for so long; as long as the broker takes to
// give up a silent session. A database that is away is no reason: of what waits for it the keeper tells three times in
// that. max_deliver: a failure is a crash of the process that was writing this very message, a member that stood still,
// or a row that the database refuses; never a database or a broker that is away. A hundred of them in a row mean that
// it is the message. back_off: short, because after a crash somebody else is there to go on, and who writes waits by
// itself.

#include "workers/persistence/chat_group.hpp"

#include <utility>
#include <variant>

#include "workers/common/group_delivery.hpp"

namespace fanfare::workers::persistence {
namespace {

using std::chrono::milliseconds;

constexpr const char* kPattern = "chat.>";
constexpr std::uint16_t kMaxDeliver = 100;
}  // namespace

ChatGroup::ChatGroup(const Context& context, std::uint32_t max_in_flight, milliseconds ack_wait)
    : context_(context),
      skipped_(context.metrics.counter("fanfare_persistence_skipped_total", "Records on chat.> that are no messages.")),
      new_epochs_(context.metrics.counter("fanfare_persistence_new_epochs_total",
                                          "Times that the stream began a new epoch: its journal was lost or cut.")),
      redelivered_(context.metrics.counter("fanfare_persistence_redelivered_total",
                                           "Records that some process had been given before.")),
      keeper_(ack_wait / 3),
      membership_(context.client.join(
          kChatGroup, kPattern, [this](const Work& work, Settler settler) { take(work, std::move(settler)); },
          {.order = Order::key,
           .from = GroupStart::beginning,
           .max_in_flight = max_in_flight,
           .ack_wait = ack_wait,
           .max_deliver = kMaxDeliver,
           .back_off = {milliseconds(100), milliseconds(1'000), milliseconds(5'000)},
           .pipelined = true,
           .on_ready = [this] { begin_session(); },
           .on_error = [this](const Error& error) { context_.fail(std::string(kChatGroup) + ": " + error.what()); }})) {
}

bool ChatGroup::wait_ready(milliseconds timeout) const { return membership_.wait_ready(timeout); }

void ChatGroup::take(const Work& work, Settler settler) {
  const Message& message = work.message;
  note_epoch(message.position);
  if (work.attempt > 1) redelivered_.add();
  auto checked =
      chat::check_chat_message({message.topic, message.actor, message.payload, message.position, message.timestamp});
  if (const auto* const reason = std::get_if<chat::Skip>(&checked)) skip(message, *reason);
  const auto conversation = chat::conversation_of(message.topic);
  if (!conversation) {
    if (message.traced) context_.client.trace(message, "skipped");
    settler.ack();
    return;
  }
  PendingRecord pending{.record = {.conversation = *conversation, .position = message.position},
                        .delivery = std::make_shared<common::GroupDelivery>(std::move(settler))};
  if (message.traced) pending.trace = message.id;
  pending.recorded_at = std::chrono::floor<milliseconds>(message.timestamp);
  if (auto* const text = std::get_if<store::ChatMessage>(&checked)) pending.record.message = std::move(*text);
  keeper_.add(message.position, pending.delivery);
  context_.writer.add(std::move(pending));
}

void ChatGroup::skip(const Message& message, chat::Skip reason) {
  skipped_.add();
  const auto level = reason == chat::Skip::kOtherKind ? runtime::LogLevel::kDebug : runtime::LogLevel::kWarn;
  context_.log.write(level, "record skipped",
                     {{"reason", chat::name_of(reason)},
                      {"topic", message.topic},
                      {"publisher", message.publisher},
                      {"position", message.position.to_string()}});
}

void ChatGroup::note_epoch(const Position& position) {
  if (position.epoch <= epoch_) return;
  if (!std::exchange(epoch_, position.epoch).is_nil()) {
    new_epochs_.add();
    context_.log.error(
        "the stream has a new epoch: what its journal lost before it was stored is missing in the history",
        {{"position", position.to_string()}});
  }
}

/// What came in the session before comes again in this one; it would be in the queue twice.
void ChatGroup::begin_session() {
  context_.log.info("works in the group", {{"group", kChatGroup}});
  context_.writer.drop_revoked();
}

}  // namespace fanfare::workers::persistence
