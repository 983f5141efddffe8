#include "tests/unit/frontends/http/api/routes_fixture.hpp"

namespace fanfare::frontends::http {
namespace {

using nlohmann::json;

class ReadingRoutesTest : public test::RoutesFixture {};

TEST_F(ReadingRoutesTest, WhatIsReadIsToldOfTheConversationInThePath) {
  services_.answer = std::string(R"({"conversation":"c1","read":{"epoch":"e","sequence":7}})");
  const Reply reply = ask(request("PUT", "/api/v1/conversations/c1/read", R"({"epoch":"e","sequence":7})"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(body_of(reply)["read"]["sequence"], 7);
  EXPECT_EQ(services_.requests.back().topic, "conversations.read");
  EXPECT_EQ(services_.requests.back().actor, "ada");
  EXPECT_EQ(asked(), (json{{"conversation", "c1"}, {"epoch", "e"}, {"sequence", 7}}));
}

TEST_F(ReadingRoutesTest, MutingTakesATimeOrNone) {
  EXPECT_EQ(ask(request("PUT", "/api/v1/conversations/c1/mute", R"({"until":"2026-11-21T10:00:00Z"})")).status, 200);
  EXPECT_EQ(services_.requests.back().topic, "conversations.mute");
  EXPECT_EQ(asked(), (json{{"conversation", "c1"}, {"until", "2026-11-21T10:00:00Z"}}));
  EXPECT_EQ(ask(request("PUT", "/api/v1/conversations/c1/mute")).status, 200);
  EXPECT_EQ(asked(), (json{{"conversation", "c1"}}));
  EXPECT_EQ(ask(request("DELETE", "/api/v1/conversations/c1/mute")).status, 200);
  EXPECT_EQ(services_.requests.back().topic, "conversations.unmute");
  EXPECT_EQ(asked(), (json{{"conversation", "c1"}}));
}

TEST_F(ReadingRoutesTest, WhatMayComeTwiceNeedsNoKey) {
  EXPECT_EQ(ask(request("PUT", "/api/v1/conversations/c1/read", "{}")).status, 200);
  EXPECT_TRUE(services_.requests.back().changes_something);
  EXPECT_TRUE(services_.requests.back().is_idempotent);
  EXPECT_EQ(services_.requests.back().idempotency_key, "");
}

TEST_F(ReadingRoutesTest, ABodyNamesNoOtherConversation) {
  for (const char* path : {"/api/v1/conversations/c1/read", "/api/v1/conversations/c1/mute"}) {
    const Reply reply = ask(request("PUT", path, R"({"conversation":"c2","epoch":"e","sequence":7})"));
    EXPECT_EQ(reply.status, 422) << path;
    EXPECT_TRUE(body_of(reply)["fields"].contains("conversation")) << path;
  }
  EXPECT_EQ(ask(request("PUT", "/api/v1/conversations/c1/read", "[7]")).status, 400);
  EXPECT_EQ(ask(request("PUT", "/api/v1/conversations/c1/read", R"({"sequence":7,"sequence":8})")).status, 400);
  EXPECT_EQ(ask(request("PUT", "/api/v1/conversations/c1/read", "{}", "")).status, 401);
  EXPECT_TRUE(services_.requests.empty());
}

TEST_F(ReadingRoutesTest, UnreadMessagesAreCountedInAListOfConversations) {
  Request unread = request("GET", "/api/v1/unread");
  unread.query = {{"conversations", "c1,c2"}};
  EXPECT_EQ(ask(unread).status, 200);
  EXPECT_EQ(services_.requests.back().topic, "history.unread");
  EXPECT_FALSE(services_.requests.back().changes_something);
  EXPECT_EQ(asked(), (json{{"conversations", {"c1", "c2"}}}));
  unread.query = {{"conversations", ",c1,,c2,"}};
  EXPECT_EQ(ask(unread).status, 200);
  EXPECT_EQ(asked(), (json{{"conversations", {"", "c1", "", "c2", ""}}})) << "the service says what is wrong";
  unread.query = {{"conversations", ""}};
  EXPECT_EQ(ask(unread).status, 200);
  EXPECT_EQ(asked(), (json{{"conversations", json::array()}}));
  unread.query = {};
  EXPECT_EQ(ask(unread).status, 200);
  EXPECT_EQ(asked(), json::object());
  unread.query = {{"conversations", "c1"}, {"conversations", "c2"}};
  EXPECT_EQ(ask(unread).status, 422);
}

}  // namespace
}  // namespace fanfare::frontends::http
