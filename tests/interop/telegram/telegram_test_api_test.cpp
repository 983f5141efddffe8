// The happy path of the Bot API client against a server that others made.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/eventually.hpp"
#include "tests/support/served_port.hpp"
#include "workers/telegram/bot/bot_api.hpp"

namespace fanfare::workers::telegram::bot {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

Deadline soon() { return std::chrono::steady_clock::now() + test::patient(10s); }

/// What its part for people answers.
json ask(const std::string& url, const std::string& name, const json& arguments) {
  const std::string body = arguments.dump();
  HttpRequest request;
  request.url = url + "/" + name;
  request.json = body;
  HttpClient http;
  const auto answer = http.post(request, soon());
  EXPECT_TRUE(answer.has_value()) << name;
  return answer.has_value() ? json::parse(answer->body, nullptr, false) : json();
}

TEST(TelegramTestApi, UnderstandsWhatIsSentAndIsUnderstood) {
  const test::ServedPort served("telegram_test_api.py serve");
  const std::string url = "http://127.0.0.1:" + served.port();
  const std::string token = "4242:test";
  BotApi api({url, token});
  const auto me = api.get_me(soon());
  ASSERT_TRUE(me.has_value()) << me.error().reason;
  EXPECT_EQ(me->username, "TestNameBot");

  OutgoingMessage outgoing = {.chat = 7, .text = TextBuilder().bold("Ann").plain(" & Bob").build()};
  outgoing.buttons = {{{.text = "Read", .data = "read:1"}}};
  const auto sent = api.send_message(outgoing, soon());
  ASSERT_TRUE(sent.has_value()) << sent.error().reason;
  outgoing.text = TextBuilder().plain("2 messages").build();
  EXPECT_TRUE(api.edit_message(*sent, outgoing, soon()).has_value());
  const json history = ask(url, "getUpdatesHistory", {{"token", token}});
  EXPECT_EQ(history["result"][0]["message"]["text"], "2 messages");
  EXPECT_EQ(history["result"][0]["message"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"], "read:1");

  const json person = {{"id", 7}, {"is_bot", false}, {"first_name", "Ann"}, {"type", "private"}};
  ask(url, "sendMessage", {{"botToken", token}, {"from", person}, {"chat", person}, {"date", 1}, {"text", "/start x"}});
  ask(url, "sendCallback",
      {{"botToken", token},
       {"from", person},
       {"data", "read:1"},
       {"date", 1},
       {"message", {{"message_id", *sent}, {"chat", person}}}});
  const auto updates = api.get_updates(0, 0s);
  ASSERT_TRUE(updates.has_value()) << updates.error().reason;
  ASSERT_EQ(updates->size(), 2U);
  const auto* const message = std::get_if<IncomingMessage>(&updates->at(0).content);
  const auto* const press = std::get_if<Press>(&updates->at(1).content);
  ASSERT_TRUE(message != nullptr && press != nullptr);
  EXPECT_EQ(message->text, "/start x");
  EXPECT_EQ(press->message, *sent);
  EXPECT_TRUE(api.answer_press(press->id, "done", soon()).has_value());
  EXPECT_TRUE(api.delete_webhook(soon()).has_value());
}

}  // namespace
}  // namespace fanfare::workers::telegram::bot
