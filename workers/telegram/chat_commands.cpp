#include "workers/telegram/chat_commands.hpp"

#include <utility>
#include <variant>

namespace fanfare::workers::telegram {
namespace {

bot::OutgoingMessage outgoing(std::int64_t chat, const CommandAnswer& answer) {
  bot::OutgoingMessage message{.chat = chat, .text = bot::TextBuilder().plain(answer.text).build()};
  for (const auto& row : answer.buttons) {
    auto& made = message.buttons.emplace_back();
    for (const CommandButton& button : row) made.push_back({.text = button.text, .data = button.data});
  }
  return message;
}

}  // namespace

Handled ChatCommands::handle(const bot::Update& update, Deadline deadline) {
  if (const auto* message = std::get_if<bot::IncomingMessage>(&update.content)) return written(*message, deadline);
  if (const auto* press = std::get_if<bot::Press>(&update.content)) return pressed(*press, deadline);
  if (const auto* membership = std::get_if<bot::Membership>(&update.content)) return changed(*membership);
  return Handled::kDone;  // nothing that anybody knows
}

CommandHandler::Outcome ChatCommands::run(const Run& run) const {
  return context_.store.call([&](store::TelegramStore& store) {
    CommandHandler handler({.store = store,
                            .log = context_.log,
                            .bot = context_.bot_name().value_or(""),
                            .ask = context_.ask,
                            .publish = context_.publish,
                            .zone_offset = context_.zone_offset});
    return run(handler);
  });
}

Handled ChatCommands::written(const bot::IncomingMessage& message, Deadline deadline) {
  const ChatLine line{.chat = std::to_string(message.chat.id),
                      .is_private = message.chat.is_private,
                      .name = message.from ? message.from->name : message.chat.name,
                      .language_code = message.from ? message.from->language : "",
                      .text = message.text};
  const auto outcome = run([&](CommandHandler& handler) { return handler.written(line, deadline); });
  if (!outcome) return away(outcome.error());
  say(message.chat.id, outcome->answer, deadline);
  return Handled::kDone;
}

/// What a command answers to a button is said in the chat; the button only stops waiting.
Handled ChatCommands::pressed(const bot::Press& press, Deadline deadline) {
  const ChatLine line{.chat = std::to_string(press.chat.id),
                      .is_private = press.chat.is_private,
                      .name = press.from.name,
                      .language_code = press.from.language,
                      .text = press.data};
  const auto outcome = run([&](CommandHandler& handler) { return handler.pressed(line, deadline); });
  if (!outcome) return away(outcome.error());
  const bool is_command = press.data.starts_with('/');
  const auto answered = context_.speaker.answer_press(press.id, is_command ? "" : outcome->answer.text, deadline);
  if (!answered) context_.log.info("a button was not answered", {{"reason", answered.error().reason}});
  if (is_command) say(press.chat.id, outcome->answer, deadline);
  return Handled::kDone;
}

/// In a private chat it is the person who has blocked the bot or let it in again; that alone links nobody.
Handled ChatCommands::changed(const bot::Membership& membership) {
  if (membership.is_in) return Handled::kDone;
  const std::string chat = std::to_string(membership.chat.id);
  const auto outcome = run([&](CommandHandler& handler) { return handler.blocked(chat); });
  return outcome ? Handled::kDone : away(outcome.error());
}

/// Said once: what Telegram does not take now would hold up everybody's updates.
void ChatCommands::say(std::int64_t chat, const CommandAnswer& answer, Deadline deadline) {
  if (answer.text.empty()) return;
  const auto sent = context_.speaker.send(outgoing(chat, answer), deadline);
  if (!sent) context_.log.warn("an answer was not said", {{"reason", sent.error().reason}});
}

Handled ChatCommands::away(const runtime::Error& error) const {
  context_.log.warn("an update waits for the database", {{"reason", error.message}});
  return Handled::kAgain;
}

}  // namespace fanfare::workers::telegram
