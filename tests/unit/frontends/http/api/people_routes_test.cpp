#include "tests/unit/frontends/http/api/routes_fixture.hpp"

namespace fanfare::frontends::http {
namespace {

class PeopleRoutesTest : public test::RoutesFixture {};

TEST_F(PeopleRoutesTest, TheActorIsTheTokensWhateverTheClientSays) {
  Request forged = request("GET", "/api/v1/users/me");
  forged.headers.push_back({"x-actor", "eve"});
  services_.answer = std::string(R"({"user":{"id":"ada"}})");
  const Reply reply = ask(forged);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(*reply.body, R"({"user":{"id":"ada"}})");
  EXPECT_EQ(services_.requests.back().topic, "accounts.whoami");
  EXPECT_EQ(services_.requests.back().actor, "ada");
}

TEST_F(PeopleRoutesTest, TheQueryBecomesTheRequest) {
  Request find = request("GET", "/api/v1/users");
  find.query = {{"query", "be"}, {"limit", "20"}};
  EXPECT_EQ(ask(find).status, 200);
  EXPECT_EQ(services_.requests.back().topic, "accounts.find");
  EXPECT_EQ(asked(), (nlohmann::json{{"query", "be"}, {"limit", 20}}));
}

TEST_F(PeopleRoutesTest, AQueryThatCannotBeMeantIsRefusedWithItsFields) {
  Request list = request("GET", "/api/v1/conversations");
  list.query = {{"limit", "-1"}, {"befor", "x"}, {"after", "a"}, {"after", "b"}};
  const Reply reply = ask(list);
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(body_of(reply)["fields"].size(), 3U);
  EXPECT_TRUE(services_.requests.empty());
}

TEST_F(PeopleRoutesTest, AConversationIsCreatedOrFound) {
  services_.answer = std::string(R"({"conversation":{"id":"c"},"created":true})");
  EXPECT_EQ(ask(request("POST", "/api/v1/conversations", R"({"kind":"direct","members":["b"]})")).status, 201);
  EXPECT_EQ(asked(), (nlohmann::json{{"kind", "direct"}, {"members", {"b"}}}));
  services_.answer = std::string(R"({"conversation":{"id":"c"},"created":false})");
  EXPECT_EQ(ask(request("POST", "/api/v1/conversations", "{}")).status, 200);
}

TEST_F(PeopleRoutesTest, TheIdempotencyKeyGoesAlong) {
  services_.answer = std::string(R"({"conversation":{"id":"c"},"created":true})");
  Request create = request("POST", "/api/v1/conversations", "{}");
  EXPECT_EQ(ask(create).status, 201);
  EXPECT_EQ(services_.requests.back().idempotency_key, "");
  create.headers.push_back({"idempotency-key", "k-1"});
  EXPECT_EQ(ask(create).status, 201);
  EXPECT_EQ(services_.requests.back().idempotency_key, "k-1");
  create.headers.back().value = "\"k-2\"";
  EXPECT_EQ(ask(create).status, 201);
  EXPECT_EQ(services_.requests.back().idempotency_key, "k-2");
}

TEST_F(PeopleRoutesTest, AnIdempotencyKeyThatIsNoneIsRefused) {
  for (const std::string& key :
       {std::string(), std::string("two words"), std::string(256, 'k'), std::string("\xc3\xa4")}) {
    Request create = request("POST", "/api/v1/conversations", "{}");
    create.headers.push_back({"idempotency-key", key});
    const Reply reply = ask(create);
    EXPECT_EQ(reply.status, 422) << key;
    EXPECT_TRUE(body_of(reply)["fields"].contains("Idempotency-Key"));
  }
  EXPECT_TRUE(services_.requests.empty());
}

TEST_F(PeopleRoutesTest, MembersAreAskedForTheConversationInThePath) {
  Request members = request("GET", "/api/v1/conversations/c1/members");
  members.query = {{"after", "x"}};
  EXPECT_EQ(ask(members).status, 200);
  EXPECT_EQ(services_.requests.back().topic, "conversations.members");
  EXPECT_EQ(asked(), (nlohmann::json{{"conversation", "c1"}, {"after", "x"}}));
  members.query = {{"conversation", "c2"}};
  EXPECT_EQ(ask(members).status, 422);
}

TEST_F(PeopleRoutesTest, ProbesSayWhatIsMissing) {
  EXPECT_EQ(ask(request("GET", "/livez", "", "")).status, 200);
  EXPECT_EQ(ask(request("GET", "/readyz", "", "")).status, 200);
  missing_ = {"keys"};
  const Reply reply = ask(request("GET", "/readyz", "", ""));
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(body_of(reply), (nlohmann::json{{"ready", false}, {"missing", {"keys"}}}));
}

}  // namespace
}  // namespace fanfare::frontends::http
