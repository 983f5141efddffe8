#include "frontends/common/message_content.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fanfare::frontends::common {
namespace {

using testing::ElementsAre;
using testing::Key;
using testing::UnorderedElementsAre;

const std::string kPerson = "01890000-0000-7000-8000-000000000001";
const std::string kConversation = "01890000-0000-7000-8000-00000000000a";

OutgoingMessage message(std::string text) { return {kPerson, kConversation, "c-1", std::move(text)}; }

std::map<std::string, std::string> problems(const OutgoingMessage& message) {
  const auto checked = check_message(message);
  return checked ? std::map<std::string, std::string>{} : checked.error().fields;
}

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int time = 0; time < times; ++time) result += text;
  return result;
}

TEST(MessageContent, TextsUpToTheBoundsPass) {
  EXPECT_TRUE(check_message(message("hi\n\tthere")));
  EXPECT_TRUE(check_message(message(repeated("ü", 4'000))));
  EXPECT_TRUE(check_message(message(repeated("\U0001F389", 4'000))));
}

TEST(MessageContent, WhatIsNoTextIsNamed) {
  for (const std::string& text :
       {std::string(), std::string(" \n\t "), std::string("a\0b", 3), std::string("a\rb"), std::string("\x7F"),
        std::string("\xC2\x85"), std::string("\xFF"), repeated("a", 4'001)}) {
    EXPECT_THAT(problems(message(text)), ElementsAre(Key("text"))) << testing::PrintToString(text);
  }
  EXPECT_EQ(check_message(message(repeated("a", 16'385))).error().code, Code::kTooLarge);
}

TEST(MessageContent, AllProblemsComeAtOnce) {
  EXPECT_THAT(problems({kPerson, "general", "not an id", ""}),
              UnorderedElementsAre(Key("conversation"), Key("id"), Key("text")));
  EXPECT_THAT(problems({kPerson, "01890000-0000-7000-8000-00000000000A", "c", "upper case is another topic"}),
              ElementsAre(Key("conversation")));
}

TEST(MessageContent, IdIsOfPersonConversationAndTheClientsId) {
  const Uuid id = message_id(message("hi"));
  EXPECT_EQ(id, message_id(message("another text")));
  EXPECT_EQ(id.to_string()[14], '8');
  OutgoingMessage other = message("hi");
  other.person = kConversation;
  EXPECT_NE(id, message_id(other));
  other = message("hi");
  other.conversation = kPerson;
  EXPECT_NE(id, message_id(other));
  other = message("hi");
  other.client_id = "c-2";
  EXPECT_NE(id, message_id(other));
}

TEST(MessageContent, PayloadIsTheContracts) {
  const OutgoingMessage sent = message("say \"hi\"");
  const auto payload = nlohmann::json::parse(message_payload(sent, message_id(sent)));
  EXPECT_EQ(
      payload,
      nlohmann::json(
          {{"kind", "text"}, {"id", message_id(sent).to_string()}, {"client_id", "c-1"}, {"text", "say \"hi\""}}));
}

}  // namespace
}  // namespace fanfare::frontends::common
