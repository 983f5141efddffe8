#pragma once
// Answers of the Bot API as their result, or as what to do next. What comes is from outside: from Telegram, from a
// gateway before it, or from whatever else is at that address. Functions; any thread. Includes all of nlohmann/json, so
// include it in sources only.

#include <cstddef>
#include <nlohmann/json.hpp>

#include "workers/telegram/bot/bot_error.hpp"
#include "workers/telegram/bot/http_client.hpp"

namespace fanfare::workers::telegram::bot {

/// The `result`. Where nobody says whether it was done, it may have been.
[[nodiscard]] BotResult<nlohmann::json> read_answer(const HttpAnswer& answer, std::size_t most_bytes = 1U << 20U);

[[nodiscard]] BotError error_of(const HttpFailure& failure);

}  // namespace fanfare::workers::telegram::bot
