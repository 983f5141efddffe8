#pragma once
// Reads what people write to the bot: commands, durations, hours of the day. It comes from outside and may hold
// anything. Pure functions; any thread. Promise: what is returned is within its bounds.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "workers/store/telegram_store.hpp"

namespace fanfare::workers::telegram {

struct CommandLine {
  std::string name;       ///< 1 to 32 of a-z 0-9 _, so a token of a topic; capitals are made small
  std::string bot;        ///< of "/name@bot", in small letters; empty: not named
  std::string arguments;  ///< without white space around them
};

/// Nothing: it is no command.
[[nodiscard]] std::optional<CommandLine> read_command(std::string_view text);

/// Whether it can stand behind the slash.
[[nodiscard]] bool is_command_name(std::string_view name);

/// "30m", "2h", "7 d", with Russian letters too: from 1 minute to 365 days.
[[nodiscard]] std::optional<std::chrono::minutes> read_duration(std::string_view text);

struct QuietLine {
  store::QuietSpan hours;  ///< not empty
  std::string zone;        ///< of the form of a zone's name; empty: not named
};

/// "22:00-07:00 Europe/Berlin", "22-7".
[[nodiscard]] std::optional<QuietLine> read_quiet(std::string_view text);

/// "07:00".
[[nodiscard]] std::string time_of_day(int minutes);

/// Whether it has the form of a name in the time zone database: safe to look for in a folder.
[[nodiscard]] bool is_zone_name(std::string_view name);

/// How a zone is spelled that somebody wrote without capitals, "europe/berlin" or "utc", as it may be in the database.
[[nodiscard]] std::string capitalised_zone(std::string_view name);

/// Without control characters, at most 64 characters of valid UTF-8.
[[nodiscard]] std::string tidy_name(std::string_view name);

/// UTF-16 units, which Telegram counts texts by. Of valid UTF-8.
[[nodiscard]] std::size_t utf16_units(std::string_view text);

}  // namespace fanfare::workers::telegram
