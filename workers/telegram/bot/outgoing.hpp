#pragma once
// What the bot says, before it is JSON. Values; any thread.

#include <cstdint>
#include <string>
#include <vector>

#include "workers/telegram/bot/html_text.hpp"

namespace fanfare::workers::telegram::bot {

/// Below a message; a row has one to eight of them.
struct Button {
  std::string text;
  std::string data = {};  ///< 1 to 64 bytes, comes back in Press; where it is empty, the button opens `url`
  std::string url = {};
};
using Keyboard = std::vector<std::vector<Button>>;

struct OutgoingMessage {
  std::int64_t chat = 0;
  Text text;
  Keyboard buttons = {};
  std::int64_t reply_to = 0;  ///< a message of the chat, 0: none; one that is gone is no obstacle
  bool is_silent = false;     ///< no telephone rings
};

struct BotCommand {
  std::string name;         ///< 1 to 32 of a-z 0-9 _
  std::string description;  ///< 1 to 256 characters
};

}  // namespace fanfare::workers::telegram::bot
