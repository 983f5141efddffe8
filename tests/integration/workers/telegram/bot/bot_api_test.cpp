#include "workers/telegram/bot/bot_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <set>

#include "tests/integration/workers/telegram/bot/strict_bot_api.hpp"

namespace fanfare::workers::telegram::bot {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::soon;
using testing::IsEmpty;
using testing::SizeIs;

class BotApiCalls : public testing::Test {
 protected:
  OutgoingMessage message(const std::string& text) { return {.chat = 7, .text = TextBuilder().plain(text).build()}; }

  /// Person 7 has opened the chat.
  void open_chat() {
    server_.control("rates", {{"private", {10, 1}}});
    server_.control("start", {{"user", 7}, {"name", "Ann"}, {"language", "ru"}});
  }

  test::StrictBotApi server_;
  BotApi api_{server_.settings()};
};

TEST_F(BotApiCalls, NameTheBot) {
  const auto me = api_.get_me(soon());
  ASSERT_TRUE(me.has_value()) << me.error().reason;
  EXPECT_EQ(me->id, 4242);
  EXPECT_EQ(me->username, "fanfare_test_bot");
  EXPECT_EQ(me->name, "Fanfare");
}

TEST_F(BotApiCalls, SendAMessageWithAllThatTelegramChecks) {
  open_chat();
  OutgoingMessage outgoing = message(" wrote: 1 < 2 && 3 > 2 \U0001F600");
  outgoing.text = TextBuilder().bold("<Ann & Bob>").plain(outgoing.text.plain).build();
  outgoing.buttons = {{{.text = "Read", .data = std::string(64, 'x')}, {.text = "Open", .url = "https://example.org"}}};
  outgoing.reply_to = 99;
  outgoing.is_silent = true;
  const auto id = api_.send_message(outgoing, soon());
  ASSERT_TRUE(id.has_value()) << id.error().reason;
  const json sent = server_.control("sent").at(0);
  EXPECT_EQ(sent["message_id"], *id);
  EXPECT_EQ(sent["text"], outgoing.text.plain);
  EXPECT_EQ(sent["parse_mode"], "HTML");
  EXPECT_EQ(sent["silent"], true);
  EXPECT_EQ(sent["buttons"][0][0]["callback_data"], std::string(64, 'x'));
  EXPECT_THAT(server_.control("violations"), IsEmpty());
}

TEST_F(BotApiCalls, SendTextsOfTheGreatestLength) {
  open_chat();
  std::string longest;
  for (int i = 0; i < 3000; ++i) longest += "&\U0001F600";
  const auto sent = api_.send_message({.chat = 7, .text = TextBuilder().bold("x").plain(longest).build()}, soon());
  EXPECT_TRUE(sent.has_value()) << sent.error().reason;
  EXPECT_THAT(server_.control("violations"), IsEmpty());
}

TEST_F(BotApiCalls, ChangeAMessageAndAreContentWhenItIsSoAlready) {
  open_chat();
  OutgoingMessage outgoing = message("one");
  outgoing.buttons = {{{.text = "Read", .data = "r"}}};
  const auto id = api_.send_message(outgoing, soon());
  ASSERT_TRUE(id.has_value()) << id.error().reason;
  EXPECT_TRUE(api_.edit_message(*id, outgoing, soon()).has_value());
  EXPECT_TRUE(api_.edit_message(*id, message("two"), soon()).has_value());
  const json sent = server_.control("sent").at(0);
  EXPECT_EQ(sent["text"], "two");
  EXPECT_THAT(sent["buttons"], IsEmpty());
  const auto missing = api_.edit_message(12345, message("three"), soon());
  ASSERT_TRUE(missing.has_error());
  EXPECT_EQ(missing.error().kind, BotError::Kind::kCannotEdit);
}

TEST_F(BotApiCalls, PollLongAndConfirmByTheOffset) {
  auto poll = std::async(std::launch::async, [this] { return BotApi(server_.settings()).get_updates(0, 30s); });
  ASSERT_TRUE(test::eventually(5s, [this] { return server_.count_calls("getUpdates") == 1; }));
  open_chat();
  const auto first = poll.get();
  ASSERT_TRUE(first.has_value()) << first.error().reason;
  ASSERT_THAT(*first, SizeIs(1));
  const auto* const start = std::get_if<IncomingMessage>(&first->front().content);
  ASSERT_NE(start, nullptr);
  EXPECT_EQ(start->text, "/start");
  EXPECT_EQ(start->from->language, "ru");

  const auto again = api_.get_updates(0, 0s);
  ASSERT_TRUE(again.has_value());
  EXPECT_THAT(*again, SizeIs(1)) << "it was not confirmed";
  const auto later = api_.get_updates(first->front().id + 1, 0s);
  ASSERT_TRUE(later.has_value());
  EXPECT_THAT(*later, IsEmpty());
  EXPECT_EQ(server_.control("state")["pending"], 0);
}

TEST_F(BotApiCalls, HearOfButtonsAndBlocksAndWhatNobodyKnows) {
  open_chat();
  OutgoingMessage outgoing = message("one");
  outgoing.buttons = {{{.text = "Read", .data = "r:1"}}};
  const auto id = api_.send_message(outgoing, soon());
  ASSERT_TRUE(id.has_value()) << id.error().reason;
  server_.control("press", {{"user", 7}, {"message_id", *id}, {"button", "Read"}});
  server_.control("raw_update", {{"update", {{"new_thing", {{"a", 1}}}}}});
  server_.control("block", {{"user", 7}});
  const auto updates = api_.get_updates(0, 0s);
  ASSERT_TRUE(updates.has_value());
  ASSERT_THAT(*updates, SizeIs(4));
  const auto* const press = std::get_if<Press>(&updates->at(1).content);
  ASSERT_NE(press, nullptr);
  EXPECT_EQ(press->data, "r:1");
  EXPECT_EQ(press->message, *id);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(updates->at(2).content));
  const auto* const change = std::get_if<Membership>(&updates->at(3).content);
  ASSERT_NE(change, nullptr);
  EXPECT_FALSE(change->is_in);

  EXPECT_TRUE(api_.answer_press(press->id, std::string(500, 'x'), soon()).has_value()) << "it is cut";
  EXPECT_TRUE(api_.answer_press(press->id, "", soon()).has_error()) << "once only";
  EXPECT_THAT(server_.control("violations"), IsEmpty());
}

TEST_F(BotApiCalls, ReadUpdatesOneByOneWhereTheyAreTooMuchTogether) {
  for (int i = 0; i < 6; ++i) server_.control("raw_update", {{"update", {{"x", std::string(900'000, 'x')}}}});
  const auto updates = api_.get_updates(0, 0s);
  ASSERT_TRUE(updates.has_value()) << updates.error().reason;
  EXPECT_THAT(*updates, SizeIs(1));
}

TEST_F(BotApiCalls, ConflictWithAnotherPollerAndWithAWebhook) {
  auto first = std::async(std::launch::async, [this] { return BotApi(server_.settings()).get_updates(0, 30s); });
  ASSERT_TRUE(test::eventually(5s, [this] { return server_.control("state")["polls"] == 1; }));
  ASSERT_TRUE(api_.get_updates(0, 0s).has_value());
  const auto ended = first.get();
  ASSERT_TRUE(ended.has_error());
  EXPECT_EQ(ended.error().kind, BotError::Kind::kConflict);

  ASSERT_TRUE(api_.set_webhook("http://127.0.0.1:9/hook", "s-e_c", soon()).has_value());
  EXPECT_EQ(api_.get_updates(0, 0s).error().kind, BotError::Kind::kConflict);
  ASSERT_TRUE(api_.delete_webhook(soon()).has_value());
  EXPECT_TRUE(api_.get_updates(0, 0s).has_value());
}

TEST_F(BotApiCalls, SetAWebhookWithASecretOneUpdateAtATime) {
  ASSERT_TRUE(api_.set_webhook("https://example.org:8443/hook", "s-e_c", soon()).has_value());
  const json state = server_.control("state");
  EXPECT_EQ(state["webhook"]["secret"], "s-e_c");
  EXPECT_EQ(state["webhook"]["max_connections"], 1);
  EXPECT_EQ(state["allowed_updates"], (json{"callback_query", "message", "my_chat_member"}));
  EXPECT_EQ(api_.set_webhook("http://example.org/hook", "s", soon()).error().kind, BotError::Kind::kRefused);
  EXPECT_EQ(api_.set_webhook("https://example.org:8080/hook", "s", soon()).error().kind, BotError::Kind::kRefused);
  EXPECT_EQ(api_.set_webhook("https://example.org/hook", "a b", soon()).error().kind, BotError::Kind::kRefused);
}

TEST_F(BotApiCalls, SetTheCommandsOfEachLanguage) {
  ASSERT_TRUE(api_.set_commands({{"stop", "No more messages"}}, "", soon()).has_value());
  ASSERT_TRUE(api_.set_commands({{"stop", "Больше не писать"}}, "ru", soon()).has_value());
  EXPECT_EQ(server_.control("state")["commands"]["ru"][0]["description"], "Больше не писать");
  EXPECT_EQ(api_.set_commands({{"Stop!", "x"}}, "", soon()).error().kind, BotError::Kind::kRefused);
}

TEST_F(BotApiCalls, ShareOneConnection) {
  open_chat();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(api_.get_me(soon()).has_value());
  ASSERT_TRUE(api_.send_message(message("x"), soon()).has_value());
  std::ignore = api_.send_message({.chat = 8, .text = {"x", "x"}}, soon());
  ASSERT_TRUE(api_.get_updates(0, 0s).has_value());
  std::set<int> connections;
  for (const json& call : server_.control("calls")) connections.insert(call["connection"].get<int>());
  EXPECT_THAT(connections, SizeIs(1));
}

}  // namespace
}  // namespace fanfare::workers::telegram::bot
