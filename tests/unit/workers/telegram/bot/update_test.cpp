#include "workers/telegram/bot/update.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fanfare::workers::telegram::bot {
namespace {

const std::string kFrom = R"({"id": 5000000007, "is_bot": false, "first_name": "Ann", "last_name": "Lee",
                              "username": "ann", "language_code": "ru"})";
const std::string kChat = R"({"id": 5000000007, "type": "private", "first_name": "Ann"})";

/// The Update with this content.
Update update(const std::string& content) {
  const auto parsed = parse_update(R"({"update_id": 9, )" + content + "}");
  EXPECT_TRUE(parsed) << content;
  return parsed.value_or(Update{});
}

template <class T>
T content_of(const std::string& content) {
  const Update parsed = update(content);
  EXPECT_TRUE(std::holds_alternative<T>(parsed.content)) << content;
  return std::holds_alternative<T>(parsed.content) ? std::get<T>(parsed.content) : T{};
}

bool is_other(const std::string& content) {
  const Update parsed = update(content);
  return parsed.id == 9 && std::holds_alternative<std::monostate>(parsed.content);
}

TEST(Update, IsAMessage) {
  const auto message = content_of<IncomingMessage>(R"("message": {"message_id": 12, "date": 1, "from": )" + kFrom +
                                                   R"(, "chat": )" + kChat + R"(, "text": "hi \ud83d\ude00",
      "reply_to_message": {"message_id": 11, "chat": {}, "text": "x"}, "something": [1]})");
  EXPECT_EQ(message.id, 12);
  EXPECT_EQ(message.chat.id, 5000000007);
  EXPECT_TRUE(message.chat.is_private);
  EXPECT_EQ(message.chat.name, "Ann");
  ASSERT_TRUE(message.from);
  EXPECT_EQ(message.from->name, "Ann Lee");
  EXPECT_EQ(message.from->username, "ann");
  EXPECT_EQ(message.from->language, "ru");
  EXPECT_EQ(message.text, "hi \U0001F600");
  EXPECT_EQ(message.reply_to, 11);
}

TEST(Update, IsAMessageOfAGroupWithoutTextOrSender) {
  const auto message = content_of<IncomingMessage>(
      R"("message": {"message_id": 12, "chat": {"id": -1001234567890123, "type": "supergroup", "title": "T"}})");
  EXPECT_EQ(message.chat.id, -1001234567890123);
  EXPECT_FALSE(message.chat.is_private);
  EXPECT_FALSE(message.from);
  EXPECT_EQ(message.text, "");
  EXPECT_EQ(message.reply_to, 0);
}

TEST(Update, IsAPress) {
  const auto press = content_of<Press>(R"("callback_query": {"id": "77", "from": )" + kFrom + R"(, "chat_instance": "1",
      "message": {"message_id": 3, "date": 0, "chat": )" +
                                       kChat + R"(}, "data": "read:1"})");
  EXPECT_EQ(press.id, "77");
  EXPECT_EQ(press.from.id, 5000000007);
  EXPECT_EQ(press.chat.id, 5000000007);
  EXPECT_EQ(press.message, 3);
  EXPECT_EQ(press.data, "read:1");
}

TEST(Update, IsAMembership) {
  const auto changed = [](const std::string& member) {
    return content_of<Membership>(R"("my_chat_member": {"chat": )" + kChat + R"(, "from": )" + kFrom +
                                  R"(, "date": 1, "old_chat_member": {}, "new_chat_member": )" + member + "}");
  };
  EXPECT_FALSE(changed(R"({"status": "kicked", "until_date": 0})").is_in);
  EXPECT_FALSE(changed(R"({"status": "left"})").is_in);
  EXPECT_TRUE(changed(R"({"status": "member"})").is_in);
  EXPECT_TRUE(changed(R"({"status": "administrator"})").is_in);
  EXPECT_TRUE(changed(R"({"status": "restricted", "is_member": true})").is_in);
  EXPECT_FALSE(changed(R"({"status": "restricted", "is_member": false})").is_in);
  EXPECT_EQ(changed(R"({"status": "kicked"})").status, "kicked");
}

TEST(Update, ThatNobodyKnowsKeepsItsId) {
  EXPECT_TRUE(is_other(R"("poll": {"id": "1"})"));
  EXPECT_TRUE(is_other(R"("message": null)"));
  EXPECT_TRUE(is_other(R"("message": {"message_id": "12", "chat": {"id": 7}})"));
  EXPECT_TRUE(is_other(R"("message": {"message_id": 12})"));
  EXPECT_TRUE(is_other(R"("message": {"message_id": 12, "chat": {"id": 1e3}})"));
  EXPECT_TRUE(is_other(R"("message": {"message_id": 12, "chat": {"id": 18446744073709551615}})"));
  EXPECT_TRUE(is_other(R"("my_chat_member": {"chat": {"id": 7}})"));
}

TEST(Update, IsNoPressWithoutWhatItTakesToAnswer) {
  const auto press = [](const std::string& data, const std::string& rest) {
    return R"("callback_query": {"id": "77", "from": {"id": 7}, "data": ")" + data + "\"" + rest + "}";
  };
  const std::string message = R"(, "message": {"message_id": 3, "chat": {"id": 7}})";
  EXPECT_FALSE(is_other(press(std::string(64, 'x'), message)));
  EXPECT_TRUE(is_other(press(std::string(65, 'x'), message))) << "more than Telegram lets a button have";
  EXPECT_TRUE(is_other(press("", message)));
  EXPECT_TRUE(is_other(press("x", ""))) << "of an inline message";
}

TEST(Update, IsNoneWithoutAnId) {
  for (const std::string json :
       {"", "[]", "{}", "7", "null", R"({"update_id": "9"})", R"({"update_id": -1})", R"({"update_id": 9.5})",
        R"({"update_id": 9}{})", R"({"update_id": 9, "update_id": 8})", "{\"update_id\": 9, \"x\": \"\xff\"}"}) {
    EXPECT_FALSE(parse_update(json)) << json;
  }
  EXPECT_FALSE(parse_update(R"({"update_id": 9, "x": )" + std::string(100, '[') + std::string(100, ']') + "}"));
}

TEST(Update, HasBoundedNames) {
  const auto message = content_of<IncomingMessage>(R"("message": {"message_id": 1, "chat": {"id": 7, "title": ")" +
                                                   std::string(4000, 'x') + R"("}, "from": {"id": 7, "username": ")" +
                                                   std::string(4000, 'y') + "\"}}");
  EXPECT_EQ(message.chat.name.size(), 127 + std::string("…").size());
  ASSERT_TRUE(message.from);
  EXPECT_EQ(message.from->username, "");
}

}  // namespace
}  // namespace fanfare::workers::telegram::bot
