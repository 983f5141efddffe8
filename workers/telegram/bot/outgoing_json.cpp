#include "workers/telegram/bot/outgoing_json.hpp"

#include <cstddef>

namespace fanfare::workers::telegram::bot {
namespace {

constexpr std::size_t kMostButtonBytes = 64;
constexpr std::size_t kMostInRow = 8;
constexpr std::size_t kMostButtons = 100;

}  // namespace

std::string problem_of_buttons(const Keyboard& buttons) {
  std::size_t count = 0;
  for (const auto& row : buttons) {
    if (row.empty() || row.size() > kMostInRow) return "a row of buttons has none or more than eight";
    for (const Button& button : row) {
      if (++count > kMostButtons) return "more than a hundred buttons";
      if (button.text.empty()) return "a button has no text";
      if (button.data.empty() && button.url.empty()) return "a button has neither data nor URL";
      if (button.data.size() > kMostButtonBytes) return "a button has more than 64 bytes of data";
    }
  }
  return {};
}

nlohmann::json keyboard_json(const Keyboard& buttons) {
  nlohmann::json rows = nlohmann::json::array();
  for (const auto& row : buttons) {
    nlohmann::json line = nlohmann::json::array();
    for (const Button& button : row) {
      nlohmann::json each = {{"text", button.text}};
      each[button.data.empty() ? "url" : "callback_data"] = button.data.empty() ? button.url : button.data;
      line.push_back(std::move(each));
    }
    rows.push_back(std::move(line));
  }
  return {{"inline_keyboard", std::move(rows)}};
}

nlohmann::json commands_json(const std::vector<BotCommand>& commands) {
  nlohmann::json list = nlohmann::json::array();
  for (const BotCommand& command : commands) {
    list.push_back({{"command", command.name}, {"description", command.description}});
  }
  return list;
}

}  // namespace fanfare::workers::telegram::bot
