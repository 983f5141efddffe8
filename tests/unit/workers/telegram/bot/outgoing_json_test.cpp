#include "workers/telegram/bot/outgoing_json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fanfare::workers::telegram::bot {
namespace {

TEST(Keyboard, IsAnInlineKeyboard) {
  const Keyboard buttons = {{{.text = "Read", .data = "r:1"}, {.text = "Open", .url = "https://example.org"}}};
  EXPECT_EQ(
      keyboard_json(buttons).dump(),
      R"({"inline_keyboard":[[{"callback_data":"r:1","text":"Read"},{"text":"Open","url":"https://example.org"}]]})");
}

TEST(Keyboard, IsNotSentWhereTelegramWouldNotTakeIt) {
  const auto problem = [](const Button& button) { return problem_of_buttons({{button}}); };
  EXPECT_EQ(problem({.text = "x", .data = std::string(64, 'x')}), "");
  EXPECT_NE(problem({.text = "x", .data = std::string(65, 'x')}), "");
  EXPECT_NE(problem({.text = "", .data = "x"}), "");
  EXPECT_NE(problem({.text = "x"}), "");
  EXPECT_NE(problem_of_buttons({{}}), "");
  EXPECT_NE(problem_of_buttons({std::vector<Button>(9, {.text = "x", .data = "x"})}), "");
  EXPECT_EQ(problem_of_buttons({}), "");
}

}  // namespace
}  // namespace fanfare::workers::telegram::bot
