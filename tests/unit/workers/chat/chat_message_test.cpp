#include "workers/chat/chat_message.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fanfare::workers::chat {
namespace {

constexpr const char* kTopic = "chat.0199a1b2-0000-7000-8000-00000000000a";
constexpr const char* kActor = "0199a1b2-0000-7000-8000-000000000001";
constexpr const char* kId = "0199a1b2-0000-7000-8000-0000000000ff";

std::string payload(const std::string& text = "hi", const std::string& client_id = "c-1") {
  return R"({"kind": "text", "id": ")" + std::string(kId) + R"(", "client_id": ")" + client_id + R"(", "text": ")" +
         text + R"("})";
}

ChatRecord record(const std::string& text) {
  return {
      .topic = kTopic,
      .actor = kActor,
      .payload = text,
      .position = {Uuid::parse(kId).value(), 7},
      .timestamp = std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(1'700'000'000'123'999))};
}

Skip skipped(const ChatRecord& one) {
  const auto checked = check_chat_message(one);
  const Skip* const reason = std::get_if<Skip>(&checked);
  if (reason == nullptr) ADD_FAILURE() << "was taken: " << one.payload;
  return reason == nullptr ? Skip::kOtherKind : *reason;
}

bool is_taken(const std::string& text) {
  return std::holds_alternative<store::ChatMessage>(check_chat_message(record(text)));
}

TEST(ChatMessage, IsTakenWithTheActorAsItsAuthor) {
  const std::string text = payload(R"(a\nb)");
  const auto checked = check_chat_message(record(text));
  const auto& message = std::get<store::ChatMessage>(checked);
  EXPECT_EQ(message.id.to_string(), kId);
  EXPECT_EQ(message.conversation.to_string(), std::string(kTopic).substr(5));
  EXPECT_EQ(message.author.to_string(), kActor);
  EXPECT_EQ(message.client_id, "c-1");
  EXPECT_EQ(message.text, "a\nb");
  EXPECT_EQ(message.position.sequence, 7U);
  EXPECT_EQ(message.sent_at.time_since_epoch().count(), 1'700'000'000'123);
}

TEST(ChatMessage, MayHaveMembersOfANewerVersion) {
  std::string text = payload();
  text.insert(1, R"("more": [1], "from": "somebody else", )");
  EXPECT_TRUE(is_taken(text));
}

TEST(ChatMessage, OfAnotherKindIsLeftToOthers) {
  EXPECT_EQ(skipped(record(R"({"kind": "edited"})")), Skip::kOtherKind);
}

TEST(ChatMessage, WithoutAnActorIsNobodys) {
  const std::string text = payload();
  for (const char* actor : {"", "peter", "0199A1B2-0000-7000-8000-000000000001"}) {
    ChatRecord one = record(text);
    one.actor = actor;
    EXPECT_EQ(skipped(one), Skip::kNoActor) << actor;
  }
}

TEST(ChatMessage, OnATopicThatIsNoConversationIsSkipped) {
  const std::string text = payload();
  for (const char* topic : {"chat", "chat.", "chat.lobby", "chat.0199a1b2-0000-7000-8000-00000000000a.x",
                            "chat.0199A1B2-0000-7000-8000-00000000000A", "user.0199a1b2-0000-7000-8000-00000000000a"}) {
    ChatRecord one = record(text);
    one.topic = topic;
    EXPECT_EQ(skipped(one), Skip::kBadTopic) << topic;
  }
}

TEST(ChatMessage, OfNoStreamIsSkipped) {
  const std::string text = payload();
  ChatRecord one = record(text);
  one.position = {};
  EXPECT_EQ(skipped(one), Skip::kNoPosition);
}

TEST(ChatMessage, ThatIsNotOneJsonObjectIsSkipped) {
  for (const std::string text :
       {"", "hi", "[]", "{", "{}{}", R"({"kind": "text", "kind": "text"})", "{\"kind\": \"\xff\"}"}) {
    EXPECT_EQ(skipped(record(text)), Skip::kNoJson) << text;
  }
  EXPECT_EQ(skipped(record(payload() + std::string(200'000, ' '))), Skip::kNoJson);
}

TEST(ChatMessage, WithAMissingMemberOrOneOfAnotherTypeIsSkipped) {
  for (const std::string text : {R"({})", R"({"kind": 1})", R"({"kind": "text", "client_id": "c", "text": "hi"})",
                                 R"({"kind": "text", "id": "7", "client_id": "c", "text": "hi"})"}) {
    EXPECT_EQ(skipped(record(text)), Skip::kOutOfBounds) << text;
  }
  const std::string begin = R"({"kind": "text", "id": ")" + std::string(kId) + "\"";
  EXPECT_EQ(skipped(record(begin + R"(, "text": "hi"})")), Skip::kOutOfBounds);
  EXPECT_EQ(skipped(record(begin + R"(, "client_id": "c"})")), Skip::kOutOfBounds);
  EXPECT_EQ(skipped(record(begin + R"(, "client_id": "c", "text": ["hi"]})")), Skip::kOutOfBounds);
}

TEST(ChatMessage, TextHasOneTo4000CharactersAnd16KiB) {
  std::string wide;
  for (int count = 0; count < 4'000; ++count) wide += "ü";
  EXPECT_TRUE(is_taken(payload(wide)));
  EXPECT_EQ(skipped(record(payload(wide + "ü"))), Skip::kOutOfBounds);
  std::string widest;
  for (int count = 0; count < 4'000; ++count) widest += "𝄞";
  EXPECT_TRUE(is_taken(payload(widest)));
  EXPECT_EQ(skipped(record(payload(""))), Skip::kOutOfBounds);
}

TEST(ChatMessage, TextHasNoControlCharactersButLineFeedAndTab) {
  EXPECT_TRUE(is_taken(payload(R"(a\n\tb)")));
  for (const char* text : {R"(\u0000)", R"(\r)", R"(\u001b[2J)", R"(\u007f)", R"(\u0085)", "\xC2\x9B"}) {
    EXPECT_EQ(skipped(record(payload(text))), Skip::kOutOfBounds) << text;
  }
}

TEST(ChatMessage, ClientIdHas1To64PlainCharacters) {
  EXPECT_TRUE(is_taken(payload("hi", std::string(64, 'Z'))));
  for (const std::string& id : {std::string(), std::string(65, 'a'), std::string("a b"), std::string("ü")}) {
    EXPECT_EQ(skipped(record(payload("hi", id))), Skip::kOutOfBounds) << id;
  }
}

TEST(ChatMessage, BelongsToTheConversationOfItsTopic) {
  EXPECT_EQ(conversation_of(kTopic)->to_string(), std::string(kTopic).substr(5));
  for (const char* topic : {"chat.lobby", "chat.0199A1B2-0000-7000-8000-00000000000a",
                            "0199a1b2-0000-7000-8000-00000000000a", "chat.", ""}) {
    EXPECT_EQ(conversation_of(topic), std::nullopt) << topic;
  }
}

}  // namespace
}  // namespace fanfare::workers::chat
