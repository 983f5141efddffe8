#include "workers/telegram/foreign_commands.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace fanfare::workers::telegram {
namespace {

using nlohmann::json;

runtime::Result<CommandAnswer> read(const json& ok) { return read_command_answer(json{{"ok", ok}}.dump()); }

json with_button(const json& button) { return {{"text", "x"}, {"buttons", {{button}}}}; }

TEST(ForeignCommands, TheRequestSaysWhoWhereAndWhat) {
  store::LinkedPerson who;
  who.person = *Uuid::parse("0190a000-0000-7000-8000-000000000001");
  who.link.chat = "4711";
  EXPECT_EQ(json::parse(command_request(who, Language::kRussian, "Berlin \xff")),
            (json{{"person", "0190a000-0000-7000-8000-000000000001"},
                  {"chat", "4711"},
                  {"language", "ru"},
                  {"arguments", "Berlin \ufffd"}}));
}

TEST(ForeignCommands, TheAnswerIsTextAndButtonsThatAreCommands) {
  const auto answer = read({{"text", "Sunny\n<b>21°</b>"},
                            {"buttons",
                             {{{{"text", "Tomorrow"}, {"command", "weather"}, {"arguments", "tomorrow Berlin"}},
                               {{"text", "Help"}, {"command", "help"}, {"arguments", ""}}}}}});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->text, "Sunny\n<b>21°</b>");
  ASSERT_EQ(answer->buttons.size(), 1U);
  EXPECT_EQ(answer->buttons[0][0].text, "Tomorrow");
  EXPECT_EQ(answer->buttons[0][0].data, "/weather tomorrow Berlin");
  EXPECT_EQ(answer->buttons[0][1].data, "/help");
}

TEST(ForeignCommands, AnErrorIsItsMessage) {
  EXPECT_EQ(read_command_answer(R"({"error":{"code":"invalid","message":"name a place","retry":"never"}})")->text,
            "name a place");
  EXPECT_FALSE(read_command_answer(R"({"error":{"code":"invalid"}})").has_value());
}

TEST(ForeignCommands, WhatIsOutsideTheBoundsIsNotBelieved) {
  EXPECT_TRUE(read({{"text", std::string(4'096, 'x')}}).has_value());
  std::string hedgehogs;
  for (int i = 0; i < 2'048; ++i) hedgehogs += "🦔";
  EXPECT_TRUE(read({{"text", hedgehogs}}).has_value());
  EXPECT_FALSE(read({{"text", hedgehogs + "x"}}).has_value());
  const std::string nul("a\0b", 3);
  for (const json& text :
       std::vector<json>{json(std::string(4'097, 'x')), json(""), json(" \n"), json(nul), json(7), json()}) {
    EXPECT_FALSE(read({{"text", text}}).has_value()) << text;
  }
  EXPECT_TRUE(read(with_button({{"text", "b"}, {"command", "c"}, {"arguments", std::string(61, 'x')}})).has_value());
  for (const json& button : std::vector<json>{"b",
                                              {{"text", "b"}},
                                              {{"command", "c"}},
                                              {{"text", ""}, {"command", "c"}},
                                              {{"text", std::string(65, 'b')}, {"command", "c"}},
                                              {{"text", "b"}, {"command", "C"}},
                                              {{"text", "b"}, {"command", "a.b"}},
                                              {{"text", "b"}, {"command", "c"}, {"arguments", std::string(62, 'x')}},
                                              {{"text", "b"}, {"command", "c"}, {"arguments", 1}},
                                              {{"text", "b"}, {"command", "c"}, {"arguments", "x\ny"}}}) {
    EXPECT_FALSE(read(with_button(button)).has_value()) << button;
  }
  const json row = json::array({{{"text", "b"}, {"command", "c"}}});
  EXPECT_FALSE(read({{"text", "x"}, {"buttons", json::array({json::array()})}}).has_value());
  EXPECT_FALSE(read({{"text", "x"}, {"buttons", json(std::vector<json>(9, row))}}).has_value());
  EXPECT_TRUE(read({{"text", "x"}, {"buttons", nullptr}}).has_value());
  for (const std::string reply : {"", "[]", "{}", R"({"ok":"x"})", R"({"ok":{}})", "{\"ok\":{\"text\":\"\xff\"}}"}) {
    EXPECT_FALSE(read_command_answer(reply).has_value()) << reply;
  }
}

}  // namespace
}  // namespace fanfare::workers::telegram
