// What the client makes of every bad answer that the strict server can give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/integration/workers/telegram/bot/strict_bot_api.hpp"
#include "workers/telegram/bot/bot_api.hpp"

namespace fanfare::workers::telegram::bot {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::soon;
using Kind = BotError::Kind;

class BotApiAnswers : public testing::Test {
 protected:
  BotApiAnswers() { server_.control("start", {{"user", 7}}); }

  /// How sending ends where the server answers so.
  BotError sending(const std::string& answer, json details = json::object(), std::chrono::milliseconds patience = 10s) {
    details["method"] = "sendMessage";
    server_.script(answer, details);
    const auto sent = send(patience);
    server_.control("unscript");
    server_.control("forget");
    EXPECT_TRUE(sent.has_error()) << answer;
    return sent.has_error() ? sent.error() : BotError{};
  }

  BotResult<std::int64_t> send(std::chrono::milliseconds patience = 10s) {
    return api_.send_message({.chat = 7, .text = TextBuilder().bold("Ann").plain(" & Bob").build()}, soon(patience));
  }

  test::StrictBotApi server_;
  BotApi api_{server_.settings()};
};

TEST_F(BotApiAnswers, AreClassesOfWhatToDoNext) {
  EXPECT_EQ(sending("blocked").kind, Kind::kBlocked);
  EXPECT_EQ(sending("deactivated").kind, Kind::kBlocked);
  EXPECT_EQ(sending("chat_not_found").kind, Kind::kBlocked);
  EXPECT_EQ(sending("cannot_edit").kind, Kind::kCannotEdit);
  EXPECT_EQ(sending("refused").kind, Kind::kRefused);
  EXPECT_EQ(sending("unauthorized").kind, Kind::kWrongToken);
  EXPECT_EQ(sending("not_found").kind, Kind::kWrongToken);
  EXPECT_EQ(sending("conflict").kind, Kind::kConflict);
  EXPECT_EQ(sending("migrate", {{"to", -1001234567890123}}).chat, -1001234567890123);
  const BotError flood = sending("flood", {{"retry_after", 3000}});
  EXPECT_EQ(flood.kind, Kind::kFloodWait);
  EXPECT_EQ(flood.wait, 3000s);
}

TEST_F(BotApiAnswers, OfGatewaysAreTransientAndNothingWasDone) {
  for (const BotError& error : {sending("server_error"), sending("page", {{"status", 502}}),
                                sending("page", {{"status", 503}}), sending("redirect")}) {
    EXPECT_EQ(error.kind, Kind::kTransient) << error.reason;
    EXPECT_FALSE(error.may_have_arrived) << error.reason;
  }
}

TEST_F(BotApiAnswers, ThatDoNotComeLeaveInDoubtWhatWasDone) {
  for (const BotError& error :
       {sending("cut"), sending("cut_answer"), sending("unanswered", {}, 200ms), sending("page", {{"status", 504}}),
        sending("page", {{"status", 200}}), sending("raw", {{"body", "{\"ok\": tr"}}),
        sending("raw", {{"body", R"({"ok": true, "result": {"message_id": "7"}})"}}),
        sending("huge", {{"bytes", 2 << 20}})}) {
    EXPECT_EQ(error.kind, Kind::kTransient) << error.reason;
    EXPECT_TRUE(error.may_have_arrived) << error.reason;
  }
}

TEST_F(BotApiAnswers, ThatDoNotComeOnAKeptConnectionDoNotMakeTheRequestAnother) {
  ASSERT_TRUE(api_.get_me(soon()).has_value());  // there is a connection to be kept
  server_.script("cut", {{"method", "sendMessage"}, {"times", 2}});
  const auto sent = send();
  ASSERT_TRUE(sent.has_error());
  EXPECT_TRUE(sent.error().may_have_arrived);
  EXPECT_EQ(server_.count_calls("sendMessage"), 1U) << "libcurl would write it again by itself";

  ASSERT_TRUE(api_.get_me(soon()).has_value());
  server_.control("unscript");
  server_.script("cut", {{"method", "getMe"}});
  EXPECT_TRUE(api_.get_me(soon()).has_value()) << "what does nothing may be written again";
}

TEST_F(BotApiAnswers, ToEntitiesMakeItPlainTextOnce) {
  server_.script("entities", {{"method", "sendMessage"}});
  const auto sent = send();
  ASSERT_TRUE(sent.has_value()) << sent.error().reason;
  const json message = server_.control("sent").at(0);
  EXPECT_EQ(message["raw"], "Ann & Bob");
  EXPECT_TRUE(message["parse_mode"].is_null());

  server_.script("entities", {{"method", "editMessageText"}});
  const OutgoingMessage changed = {.chat = 7, .text = TextBuilder().bold("Ann").build()};
  EXPECT_TRUE(api_.edit_message(*sent, changed, soon()).has_value());

  server_.control("forget");
  server_.script("entities", {{"method", "sendMessage"}, {"times", 9}});
  EXPECT_EQ(send().error().kind, Kind::kBadEntities);
  EXPECT_EQ(server_.count_calls("sendMessage"), 2U);
}

TEST_F(BotApiAnswers, ComeFromTheStateOfTheChatToo) {
  server_.control("group", {{"chat", -5}, {"title", "G"}, {"user", 7}});
  server_.control("migrate", {{"chat", -5}, {"to", -1005}});
  const auto migrated = api_.send_message({.chat = -5, .text = {"x", "x"}}, soon());
  EXPECT_EQ(migrated.error().chat, -1005);
  EXPECT_TRUE(api_.send_message({.chat = -1005, .text = {"x", "x"}}, soon()).has_value());
  server_.control("block", {{"user", 7}});
  EXPECT_EQ(send().error().kind, Kind::kBlocked);
  server_.control("unblock", {{"user", 7}});
  EXPECT_TRUE(send().has_value());
  EXPECT_EQ(api_.send_message({.chat = 8, .text = {"x", "x"}}, soon()).error().kind, Kind::kBlocked);
}

TEST_F(BotApiAnswers, ToTooManyMessagesSayHowLongToWait) {
  server_.control("rates", {{"private", {1, 0.01}}});
  ASSERT_TRUE(send().has_value());
  const auto flood = send();
  ASSERT_TRUE(flood.has_error());
  EXPECT_EQ(flood.error().kind, Kind::kFloodWait);
  EXPECT_GT(flood.error().wait, 50s);
  EXPECT_EQ(server_.control("violations").size(), 1U);
}

TEST_F(BotApiAnswers, NeverHoldTheTokenOrTheAddress) {
  std::vector<BotError> errors = {sending("cut"), sending("refused"), sending("unanswered", {}, 100ms),
                                  sending("redirect"),
                                  sending("raw", {{"status", 400},
                                                  {"body", std::string(R"({"ok": false, "description": "no /bot)") +
                                                               test::kBotToken + "/sendMessage\"}"}})};
  for (const std::string url : {"http://127.0.0.1:1", "http://no-such-host.invalid", "ftp://127.0.0.1", "http://a b",
                                "file:///etc/passwd", ""}) {
    BotApi nowhere({url, test::kBotToken});
    const auto me = nowhere.get_me(soon());
    ASSERT_TRUE(me.has_error()) << url;
    EXPECT_EQ(me.error().kind, Kind::kTransient) << url;
    EXPECT_FALSE(me.error().may_have_arrived) << url;
    errors.push_back(me.error());
  }
  for (const BotError& error : errors) {
    EXPECT_NE(error.reason, "");
    EXPECT_EQ(error.reason.find(test::kBotToken), std::string::npos) << error.reason;
    EXPECT_EQ(error.reason.find("127.0.0.1"), std::string::npos) << error.reason;
  }
}

TEST_F(BotApiAnswers, SayThatAnotherTokenIsWrong) {
  BotApi other({server_.url() + "/", "4242:other"});
  EXPECT_EQ(other.get_me(soon()).error().kind, Kind::kWrongToken);
  server_.control("forget");
  for (const std::string token : {"", "4242:a/../b", "4242:a?b", "4242:a\nb"}) {
    BotApi broken({server_.url(), token});
    EXPECT_EQ(broken.get_me(soon()).error().kind, Kind::kWrongToken);
    EXPECT_EQ(broken.get_updates(0, 0s).error().kind, Kind::kWrongToken);
  }
  EXPECT_TRUE(server_.control("calls").empty()) << "what can't be a token is not sent";
}

}  // namespace
}  // namespace fanfare::workers::telegram::bot
