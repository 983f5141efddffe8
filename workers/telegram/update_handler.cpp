#include "workers/telegram/update_handler.hpp"

#include <chrono>
#include <variant>

#include "runtime/text/characters.hpp"
#include "runtime/text/message_text.hpp"
#include "workers/telegram/notification_button.hpp"

namespace fanfare::workers::telegram {
namespace {

using bot::IncomingMessage;
using bot::Press;
using Does = NotificationButton::Does;

/// The updates of others wait meanwhile.
constexpr std::chrono::seconds kLongestWait{5};

constexpr std::size_t kMostCharacters = 4'000;  // docs/services.md

Language language_for(const std::optional<ChatOwner>& owner, std::string_view telegrams) {
  return language_of(owner ? owner->locale : "", telegrams);
}

bool is_command(const IncomingMessage& message) { return message.text.starts_with('/'); }

}  // namespace

Handled UpdateHandler::handle(const bot::Update& update, Deadline deadline) {
  if (const auto* const message = std::get_if<IncomingMessage>(&update.content)) {
    if (message->from && message->from->is_bot) return Handled::kDone;
    if (message->reply_to != 0 && !is_command(*message)) return reply(update, *message, deadline);
  }
  if (const auto* const pressed = std::get_if<Press>(&update.content)) return press(update, *pressed, deadline);
  return context_.commands.handle(update, deadline);
}

Handled UpdateHandler::reply(const bot::Update& update, const IncomingMessage& message, Deadline deadline) {
  auto told = context_.chats.told(message.chat.id, message.reply_to);
  if (!told) return away(told.error());
  if (!*told) {
    // Who answers at once may be quicker than what is written down of a notification after it was said.
    const auto is_being_told = context_.chats.is_being_told(message.chat.id);
    if (!is_being_told) return away(is_being_told.error());
    if (*is_being_told && may_still_wait(update.id)) return Handled::kAgain;
    told = context_.chats.told(message.chat.id, message.reply_to);
    if (!told) return away(told.error());
  }
  const auto owner = context_.chats.owner(message.chat.id);
  if (!owner) return away(owner.error());
  const Language language = language_for(*owner, message.from ? message.from->language : "");
  const bool is_own = *told && *owner && (*owner)->person == (*told)->person;
  if (is_own) return post(update, message, **told, language, deadline);
  // Who is linked to nobody is told so by the commands; in groups people answer each other.
  if (!*owner || !message.chat.is_private) return context_.commands.handle(update, deadline);
  return say_in(message, say(language, Text::kReplyToWhat), deadline);
}

bool UpdateHandler::may_still_wait(std::int64_t update) {
  if (waiting_ != update) waiting_since_ = context_.now();
  waiting_ = update;
  return context_.now() - waiting_since_ < kLongestWait;
}

Handled UpdateHandler::post(const bot::Update& update, const IncomingMessage& message, const ToldMessage& told,
                            Language language, Deadline deadline) {
  const auto refuse = [&](Text why, Values values = {}) {
    return say_in(message, say(language, why, values), deadline);
  };
  const std::string& text = message.text;
  if (text.empty()) return refuse(Text::kReplyNoText);
  const bool is_long = runtime::count_characters(text) > kMostCharacters || text.size() > runtime::kMostMessageBytes;
  if (is_long) return refuse(Text::kReplyTooLong, {{"most", std::to_string(kMostCharacters)}});
  if (!runtime::problem_of_message_text(text).empty()) return refuse(Text::kReplyRefused);
  const std::string client_id = "telegram-" + context_.bot + "-" + std::to_string(update.id);
  switch (context_.actions.post(told.person, told.conversation, client_id, text, deadline)) {
    case Done::kDone:
      break;
    case Done::kNoMember:
      return refuse(Text::kReplyNoMember);
    case Done::kRefused:
      return refuse(Text::kReplyRefused);
    case Done::kLater:
      return Handled::kAgain;
  }
  // Whoever answers has read it.
  const Done read = context_.actions.mark_read(told.person, told.conversation, told.up_to, deadline);
  return read == Done::kLater ? Handled::kAgain : Handled::kDone;
}

Handled UpdateHandler::press(const bot::Update& update, const Press& pressed, Deadline deadline) {
  const auto button = read_notification_button(pressed.data);
  if (!button) return context_.commands.handle(update, deadline);
  const auto owner = context_.chats.owner(pressed.chat.id);
  if (!owner) return away(owner.error());
  const Language language = language_for(*owner, pressed.from.language);
  if (!*owner) {
    answer(pressed, language, Text::kNotLinked, deadline);
    return Handled::kDone;
  }
  const bool reads = button->does == Does::kMarkRead;
  const Uuid& person = (*owner)->person;
  const Done done =
      reads ? context_.actions.mark_read(person, button->conversation, button->up_to, deadline)
            : context_.actions.mute(person, button->conversation, context_.now() + std::chrono::hours(1), deadline);
  if (done == Done::kLater) return Handled::kAgain;
  const Text success = reads ? Text::kIsMarked : Text::kIsMutedHour;
  const Text failure = done == Done::kNoMember ? Text::kReplyNoMember : Text::kButtonOld;
  answer(pressed, language, done == Done::kDone ? success : failure, deadline);
  return Handled::kDone;
}

/// Said once: what Telegram does not take now would hold up everybody's updates.
Handled UpdateHandler::say_in(const IncomingMessage& message, const std::string& text, Deadline deadline) {
  const bot::OutgoingMessage said{
      .chat = message.chat.id, .text = bot::TextBuilder().plain(text).build(), .reply_to = message.id};
  const auto sent = context_.speaker.send(said, deadline);
  if (sent) return Handled::kDone;
  context_.log.warn("an answer was not said", {{"reason", sent.error().reason}});
  return Handled::kDone;
}

/// A press that waited too long can't be answered any more, which nobody misses.
void UpdateHandler::answer(const Press& pressed, Language language, Text text, Deadline deadline) {
  const auto answered = context_.speaker.answer_press(pressed.id, say(language, text), deadline);
  if (!answered) context_.log.info("a button was not answered", {{"reason", answered.error().reason}});
}

Handled UpdateHandler::away(const runtime::Error& error) const {
  context_.log.warn("an update waits for the database", {{"reason", error.message}});
  return Handled::kAgain;
}

}  // namespace fanfare::workers::telegram
