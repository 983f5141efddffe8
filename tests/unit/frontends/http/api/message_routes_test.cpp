#include "tests/unit/frontends/http/api/routes_fixture.hpp"

namespace fanfare::frontends::http {
namespace {

const std::string kMessages = "/api/v1/conversations/c1/messages";

class MessageRoutesTest : public test::RoutesFixture {};

TEST_F(MessageRoutesTest, AMessageIsSentByTheTokensPersonIntoTheConversationOfThePath) {
  const Reply reply = ask(request("POST", kMessages, R"({"text":"hi","id":"m1"})"));
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(*reply.body, R"({"id":"m"})");
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_EQ(sent_[0].person, "ada");
  EXPECT_EQ(sent_[0].conversation, "c1");
  EXPECT_EQ(sent_[0].client_id, "m1");
  EXPECT_EQ(sent_[0].text, "hi");
}

TEST_F(MessageRoutesTest, TheIdempotencyKeyIsTheClientsId) {
  Request send = request("POST", kMessages, R"({"text":"hi"})");
  send.headers.push_back({"idempotency-key", "\"k-1\""});
  ask(send);
  EXPECT_EQ(sent_.at(0).client_id, "k-1");
  send.body = R"({"text":"hi","id":"other"})";
  EXPECT_EQ(ask(send).status, 422);
}

TEST_F(MessageRoutesTest, WithoutAnIdEachMessageIsItsOwn) {
  ask(request("POST", kMessages, R"({"text":"hi"})"));
  ask(request("POST", kMessages, R"({"text":"hi"})"));
  EXPECT_NE(sent_.at(0).client_id, sent_.at(1).client_id);
}

TEST_F(MessageRoutesTest, AMessageThatIsNoneIsRefusedWithItsField) {
  for (const char* body : {"{}", R"({"text":7})", R"({"text":"a","id":7})", R"({"text":"a","from":"eve"})"}) {
    EXPECT_EQ(ask(request("POST", kMessages, body)).status, 422) << body;
  }
  EXPECT_TRUE(sent_.empty());
}

TEST_F(MessageRoutesTest, WhatTheSenderRefusesIsToldWithItsStatus) {
  sent_answer_ = common::Refusal{.code = common::Code::kIdConflict, .message = "another content"};
  EXPECT_EQ(ask(request("POST", kMessages, R"({"text":"hi"})")).status, 409);
}

TEST_F(MessageRoutesTest, HistoryIsAskedWithTheCursorsOfTheQuery) {
  Request history = request("GET", kMessages);
  history.query = {{"before", "e-7"}, {"limit", "50"}};
  EXPECT_EQ(ask(history).status, 200);
  EXPECT_EQ(services_.requests.back().topic, "history.list");
  EXPECT_EQ(services_.requests.back().actor, "ada");
  EXPECT_EQ(asked(), (nlohmann::json{{"conversation", "c1"}, {"before", "e-7"}, {"limit", 50}}));
  history.query = {{"around", "e-9"}};
  EXPECT_EQ(ask(history).status, 200);
  EXPECT_EQ(asked(), (nlohmann::json{{"conversation", "c1"}, {"around", "e-9"}}));
}

TEST_F(MessageRoutesTest, SearchIsAskedForThePersonWithTheQuery) {
  Request search = request("GET", "/api/v1/search");
  search.query = {{"query", "harbour bar"}, {"conversation", "c1"}, {"limit", "5"}, {"cursor", "from5"}};
  EXPECT_EQ(ask(search).status, 200);
  EXPECT_EQ(services_.requests.back().topic, "history.search");
  EXPECT_EQ(services_.requests.back().actor, "ada");
  EXPECT_EQ(asked(),
            (nlohmann::json{{"query", "harbour bar"}, {"conversation", "c1"}, {"limit", 5}, {"cursor", "from5"}}));
  search.query = {{"query", "a"}, {"person", "bob"}};
  EXPECT_EQ(ask(search).status, 422);
  EXPECT_EQ(services_.requests.size(), 1U);
}

}  // namespace
}  // namespace fanfare::frontends::http
