#include "workers/telegram/bot/answer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fanfare::workers::telegram::bot {
namespace {

using namespace std::chrono_literals;
using Kind = BotError::Kind;

BotError error_with(const std::string& body, int status, std::chrono::seconds retry_after = 0s) {
  const auto result = read_answer({status, body, retry_after});
  EXPECT_TRUE(result.has_error()) << body;
  return result.has_error() ? result.error() : BotError{};
}

BotError error_of_api(int code, const std::string& description, const std::string& parameters = "{}") {
  return error_with(R"({"ok": false, "error_code": )" + std::to_string(code) + R"(, "description": ")" + description +
                        R"(", "parameters": )" + parameters + "}",
                    code);
}

TEST(BotAnswer, IsItsResult) {
  EXPECT_EQ(read_answer({200, R"({"ok": true, "result": {"a": 1}, "description": "x"})"})->at("a"), 1);
  EXPECT_TRUE(read_answer({200, R"({"ok": true})"})->is_null());
}

TEST(BotAnswer, ReadsTheParametersBeforeAllElse) {
  const auto flood = error_of_api(400, "Bad Request: chat not found", R"({"retry_after": 35})");
  EXPECT_EQ(flood.kind, Kind::kFloodWait);
  EXPECT_EQ(flood.wait, 35s);
  EXPECT_FALSE(flood.may_have_arrived);
  const auto migrated = error_of_api(403, "Forbidden", R"({"migrate_to_chat_id": -1001234567890123})");
  EXPECT_EQ(migrated.kind, Kind::kMigrated);
  EXPECT_EQ(migrated.chat, -1001234567890123);
}

TEST(BotAnswer, BoundsTheFloodWait) {
  EXPECT_EQ(error_of_api(429, "", R"({"retry_after": 0})").wait, 1s);
  EXPECT_EQ(error_of_api(429, "", R"({"retry_after": -5})").wait, 1s);
  EXPECT_EQ(error_of_api(429, "", R"({"retry_after": 9223372036854775807})").wait, 24h);
  EXPECT_EQ(error_of_api(429, "", R"({"retry_after": "5"})").wait, 30s) << "where nobody says how long";
  EXPECT_EQ(error_with("<html>", 429, 7s).wait, 7s) << "a gateway says it in its header";
  EXPECT_EQ(error_with("<html>", 429).kind, Kind::kFloodWait);
}

TEST(BotAnswer, SaysWhichChatsAreLost) {
  for (const auto* const description :
       {"Forbidden: bot was blocked by the user", "Forbidden: user is deactivated",
        "Forbidden: bot was kicked from the group chat", "Forbidden: bot can't initiate conversation with a user"}) {
    EXPECT_EQ(error_of_api(403, description).kind, Kind::kBlocked) << description;
  }
  for (const auto* const description :
       {"Bad Request: chat not found", "Bad Request: PEER_ID_INVALID", "Bad Request: group chat was deactivated",
        "Bad Request: not enough rights to send text messages to the chat"}) {
    EXPECT_EQ(error_of_api(400, description).kind, Kind::kBlocked) << description;
  }
}

TEST(BotAnswer, TellsBadRequestsApart) {
  EXPECT_EQ(error_of_api(400, "Bad Request: can't parse entities: Unclosed start tag").kind, Kind::kBadEntities);
  EXPECT_EQ(error_of_api(400, "Bad Request: message can't be edited").kind, Kind::kCannotEdit);
  EXPECT_EQ(error_of_api(400, "Bad Request: message to edit not found").kind, Kind::kCannotEdit);
  EXPECT_EQ(error_of_api(400, "Bad Request: MESSAGE_ID_INVALID").kind, Kind::kCannotEdit);
  EXPECT_EQ(error_of_api(400, "Bad Request: message is too long").kind, Kind::kRefused);
  EXPECT_EQ(error_of_api(413, "Request Entity Too Large").kind, Kind::kRefused);
}

TEST(BotAnswer, TellsAWrongTokenFromAnUnknownMethod) {
  EXPECT_EQ(error_of_api(401, "Unauthorized").kind, Kind::kWrongToken);
  EXPECT_EQ(error_of_api(404, "Not Found").kind, Kind::kWrongToken);
  EXPECT_EQ(error_of_api(404, "Not Found: method not found").kind, Kind::kRefused);
  EXPECT_EQ(error_with("<html>404</html>", 404).kind, Kind::kTransient) << "that is not the Bot API";
  EXPECT_EQ(error_with("", 401).kind, Kind::kTransient);
  EXPECT_EQ(error_of_api(409, "Conflict: terminated by other getUpdates request").kind, Kind::kConflict);
}

TEST(BotAnswer, MayHaveBeenDoneOnlyWhereNobodySaysThatItWasNot) {
  const auto arrived = [](const std::string& body, int status) {
    const auto error = error_with(body, status);
    EXPECT_EQ(error.kind, Kind::kTransient) << status << body;
    return error.may_have_arrived;
  };
  EXPECT_FALSE(error_of_api(500, "Internal Server Error").may_have_arrived);
  EXPECT_FALSE(arrived("<html>502 Bad Gateway</html>", 502));
  EXPECT_FALSE(arrived("", 503));
  EXPECT_FALSE(arrived("", 302));
  EXPECT_TRUE(arrived("<html>504 Gateway Time-out</html>", 504));
  EXPECT_TRUE(arrived("", 200));
  EXPECT_TRUE(arrived(R"({"ok": tr)", 200));
  EXPECT_TRUE(arrived(R"({"ok": "true", "result": 1})", 200));
  EXPECT_TRUE(arrived("[]", 200));
}

TEST(BotAnswer, HasABoundedReasonOfValidText) {
  const auto error = error_of_api(400, "Bad Request: " + std::string(5000, 'x'));
  EXPECT_LE(error.reason.size(), 202U);
  EXPECT_TRUE(error.reason.ends_with("…"));
}

TEST(BotAnswer, IsReadToItsBoundOnly) {
  const std::string body = R"({"ok": true, "result": ")" + std::string(100, 'x') + "\"}";
  EXPECT_TRUE(read_answer({200, body}, body.size()).has_value());
  EXPECT_TRUE(read_answer({200, body}, body.size() - 1).has_error());
}

}  // namespace
}  // namespace fanfare::workers::telegram::bot
