#pragma once
// What the bot says as the JSON of the Bot API. Pure functions; any thread. Includes all of nlohmann/json, so include
// it in sources only.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "workers/telegram/bot/outgoing.hpp"

namespace fanfare::workers::telegram::bot {

/// What Telegram would not take; empty if it is well.
[[nodiscard]] std::string problem_of_buttons(const Keyboard& buttons);

/// An InlineKeyboardMarkup.
[[nodiscard]] nlohmann::json keyboard_json(const Keyboard& buttons);

/// A list of BotCommand.
[[nodiscard]] nlohmann::json commands_json(const std::vector<BotCommand>& commands);

}  // namespace fanfare::workers::telegram::bot
