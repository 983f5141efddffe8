#pragma once
// All that the bot says, in each of its languages: one table. Plain text; whoever sends it as HTML escapes it. Pure
// functions; any thread. Promise: every language has every text, with the same placeholders.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "workers/notify/notifier.hpp"

namespace fanfare::workers::telegram {

enum class Language : std::uint8_t { kEnglish, kRussian };

inline constexpr std::array<Language, 2> kLanguages = {Language::kEnglish, Language::kRussian};

/// The first of the two tags (BCP 47) whose language is one of ours; else English. `locale` is the person's own,
/// `language_code` what Telegram says of their app.
[[nodiscard]] Language language_of(std::string_view locale, std::string_view language_code);

/// For setMyCommands: "en", "ru".
[[nodiscard]] std::string_view code_of(Language language);

// What stands in braces beside a text are its placeholders.
enum class Text : std::uint8_t {
  // Linking.
  kWelcome,      ///< /start of somebody without a link
  kLinked,       ///< {name}: as whom
  kIsLinked,     ///< {name}: /start of somebody with a link
  kCodeNotGood,  ///< wrong, expired and used ones alike
  kStopped,
  kNotLinked,
  kPrivateOnly,  ///< in groups and channels
  kHelp,
  kTryLater,
  // /status.
  kStatus,       ///< {name}
  kStatusMuted,  ///< {time}
  kStatusQuiet,  ///< {from}, {until}, {zone}
  // /mute and /quiet.
  kMuted,  ///< {duration}
  kMuteOff,
  kMuteUsage,
  kQuiet,  ///< {from}, {until}, {zone}
  kQuietOff,
  kQuietUsage,
  kZoneUnknown,
  // Notifications.
  kFromInRoom,   ///< {messages}, {author}, {room}
  kFrom,         ///< {messages}, {author}
  kSeveralIn,    ///< {messages}, {room}
  kSeveral,      ///< {messages}
  kMarkRead,     ///< a button
  kMuteAnHour,   ///< a button: this conversation
  kIsMarked,     ///< what was done, shown for a moment
  kIsMutedHour,  ///< likewise
  kButtonOld,    ///< it is not known any more what it was for
  // Replies that can't be posted, and why.
  kReplyToWhat,    ///< a text that is no reply, or to something else
  kReplyNoText,    ///< a picture, a sticker
  kReplyTooLong,   ///< {most}: characters
  kReplyRefused,   ///< a character that can't be sent, or empty
  kReplyNoMember,  ///< not in that conversation any more
  // The list of commands.
  kCommandStart,
  kCommandStatus,
  kCommandMute,
  kCommandQuiet,
  kCommandStop,
  kCommandHelp,
  kCount_,  ///< how many there are
};

/// What a number stands before.
enum class Counted : std::uint8_t { kNewMessages, kMinutes, kHours, kDays, kCount_ };

using Values = std::initializer_list<std::pair<std::string_view, std::string>>;

/// A value is taken as it is: braces in it are no placeholders.
[[nodiscard]] std::string say(Language language, Text text, Values values = {});

/// "3 new messages".
[[nodiscard]] std::string say_count(Language language, Counted counted, std::uint64_t count);

/// A name of somebody or something, as it may stand within a text: what turns the direction of writing stays inside it.
[[nodiscard]] std::string isolated(std::string_view name);

/// "3 new messages from NAME in ROOM".
[[nodiscard]] std::string headline(Language language, const notify::Notification& notification);

struct CommandText {
  std::string_view command;  ///< without the slash
  std::string description;
};

/// What setMyCommands is told.
[[nodiscard]] std::array<CommandText, 6> command_texts(Language language);

}  // namespace fanfare::workers::telegram
