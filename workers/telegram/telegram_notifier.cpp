#include "workers/telegram/telegram_notifier.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

#include "workers/telegram/notification_button.hpp"
#include "workers/telegram/texts.hpp"

namespace fanfare::workers::telegram {
namespace {

using bot::BotError;
using notify::Bucket;
using notify::Notification;
using notify::Told;
using Outcome = notify::Told::Outcome;
using std::chrono::seconds;

// What Telegram allows (docs/decisions.md): a bucket's burst and a second or a minute of its rate stay below it.
constexpr double kAllBurst = 5;
constexpr double kAllPerSecond = 25;  // of 30
constexpr double kGroupBurst = 5;
constexpr double kGroupPerSecond = 15.0 / 60;  // of 20 a minute

constexpr seconds kLongestPause{60};
constexpr int kMostDoublings = 6;
/// So many failures in a row, and it is not one chat.
constexpr int kIsAway = 3;

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number == 0) return std::nullopt;
  return number;
}

/// Groups and channels have negative ids.
bool is_group(std::string_view address) { return address.starts_with('-'); }

bot::Text text_of(Language language, const Notification& notification) {
  bot::TextBuilder text;
  text.bold(headline(language, notification));
  if (notification.preview.empty()) return text.build();
  text.plain("\n");
  if (notification.has_several_authors) text.plain(isolated(notification.author) + ": ");
  return text.plain(notification.preview).build();
}

bot::OutgoingMessage message_of(std::int64_t chat, const Notification& notification) {
  const Language language = language_of(notification.locale, "");
  const auto button = [&](NotificationButton::Does does, Text text) {
    return bot::Button{.text = say(language, text),
                       .data = to_data({does, notification.conversation, notification.up_to})};
  };
  return {.chat = chat,
          .text = text_of(language, notification),
          .buttons = {{button(NotificationButton::Does::kMarkRead, Text::kMarkRead),
                       button(NotificationButton::Does::kMuteAnHour, Text::kMuteAnHour)}}};
}

Told no_chat(const Notification& notification) {
  return {.outcome = Outcome::kRefused, .reason = "is no chat of Telegram: " + notification.address};
}

}  // namespace

std::vector<Bucket> TelegramNotifier::buckets(const std::string& address) const {
  const Bucket chat = is_group(address) ? Bucket{address, kGroupBurst, kGroupPerSecond} : Bucket{address, 1, 1};
  return {{"all", kAllBurst, kAllPerSecond}, chat};
}

Told TelegramNotifier::tell(const Notification& notification, Deadline deadline) {
  const auto chat = number_of(notification.address);
  if (!chat) return no_chat(notification);
  bot::OutgoingMessage message = message_of(*chat, notification);
  std::optional<std::string> moved_to;
  auto sent = context_.speaker.send(message, deadline);
  if (!sent && sent.error().kind == BotError::Kind::kMigrated) {
    message.chat = sent.error().chat;
    moved_to = std::to_string(message.chat);
    sent = context_.speaker.send(message, deadline);
  }
  Told told;
  if (sent) {
    failures_ = 0;
    told.message = std::to_string(*sent);
  } else {
    told = outcome_of(sent.error(), false);
  }
  told.address = std::move(moved_to);
  return told;
}

/// The same text again changes nothing, so it may be said again whatever became of it.
Told TelegramNotifier::change(const std::string& message, const Notification& notification, Deadline deadline) {
  const auto chat = number_of(notification.address);
  const auto id = number_of(message);
  if (!chat || !id) return no_chat(notification);
  const auto edited = context_.speaker.edit(*id, message_of(*chat, notification), deadline);
  if (!edited) return outcome_of(edited.error(), true);
  failures_ = 0;
  Told told;
  told.message = message;
  return told;
}

Told TelegramNotifier::outcome_of(const BotError& error, bool may_repeat) {
  Told told{.reason = error.reason};
  switch (error.kind) {
    case BotError::Kind::kFloodWait:
      told.outcome = Outcome::kLater;
      told.until = context_.now() + error.wait;
      break;
    case BotError::Kind::kMigrated:  // once more, or a message that stayed where it was
      told.outcome = Outcome::kRefused;
      break;
    case BotError::Kind::kBlocked:
      told.outcome = Outcome::kUnreachable;
      told.reason = "blocked";
      break;
    case BotError::Kind::kBadEntities:
    case BotError::Kind::kCannotEdit:
    case BotError::Kind::kRefused:
      told.outcome = Outcome::kRefused;
      break;
    case BotError::Kind::kWrongToken:
      context_.alarm(error.reason);
      [[fallthrough]];
    case BotError::Kind::kConflict:
      told.outcome = Outcome::kLaterAll;
      told.until = context_.now() + kLongestPause;
      break;
    case BotError::Kind::kTransient:
    case BotError::Kind::kStopped:
      if (!error.may_have_arrived || may_repeat) return later(error.reason);
      told.outcome = Outcome::kUnknown;
      break;
  }
  failures_ = 0;
  return told;
}

Told TelegramNotifier::later(const std::string& reason) {
  const seconds pause = std::min(seconds(1 << std::min(failures_, kMostDoublings)), kLongestPause);
  ++failures_;
  return {.outcome = failures_ < kIsAway ? Outcome::kLater : Outcome::kLaterAll,
          .until = context_.now() + pause,
          .reason = reason};
}

}  // namespace fanfare::workers::telegram
