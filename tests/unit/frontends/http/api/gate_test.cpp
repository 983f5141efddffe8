#include "frontends/http/api/gate.hpp"

#include "tests/unit/frontends/http/api/routes_fixture.hpp"

namespace fanfare::frontends::http {
namespace {

class GateTest : public test::RoutesFixture {};

TEST_F(GateTest, WithoutATokenThatIsOursNobodyIsAsked) {
  for (const auto& [token, code] :
       {std::pair("", "token_invalid"), {"bad", "token_invalid"}, {"old", "token_expired"}}) {
    const Reply reply = ask(request("GET", "/api/v1/users/me", "", token));
    EXPECT_EQ(reply.status, 401) << token;
    EXPECT_EQ(code_of(reply), code);
    EXPECT_EQ(header_of(reply, "WWW-Authenticate"), "Bearer realm=\"fanfare\"");
  }
  Request basic = request("GET", "/api/v1/users/me", "", "");
  basic.headers.push_back({"authorization", "Basic Z29vZA=="});
  EXPECT_EQ(ask(basic).status, 401);
  EXPECT_TRUE(services_.requests.empty());
}

TEST_F(GateTest, APageOfAnotherOriginChangesNothing) {
  for (const char* origin :
       {"http://evil.example", "null", "http://localhost:8081", "https://localhost:8080.evil.example"}) {
    Request foreign = request("POST", "/api/v1/conversations", "{}");
    foreign.headers.push_back({"origin", origin});
    const Reply reply = ask(foreign);
    EXPECT_EQ(reply.status, 403) << origin;
    EXPECT_EQ(code_of(reply), "origin_refused");
  }
  Request fetched = request("DELETE", "/api/v1/sessions/current");
  fetched.headers.push_back({"sec-fetch-site", "cross-site"});
  EXPECT_EQ(ask(fetched).status, 403);
  EXPECT_TRUE(services_.requests.empty());
}

TEST_F(GateTest, TheServersOwnPageIsLetIn) {
  Request own = request("POST", "/api/v1/conversations", "{}");
  own.headers.push_back({"origin", "http://localhost:8080"});
  own.headers.push_back({"sec-fetch-site", "same-origin"});
  EXPECT_EQ(ask(own).status, 200);
}

TEST_F(GateTest, ABodyHasToBeJson) {
  Request form = request("POST", "/api/v1/sessions", "");
  form.body = "username=a";
  form.headers.push_back({"content-type", "application/x-www-form-urlencoded"});
  EXPECT_EQ(ask(form).status, 415);
  for (const char* body : {"[]", "7", "{", "{\"a\":1,\"a\":2}", "\xff"}) {
    const Reply reply = ask(request("POST", "/api/v1/conversations", body));
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_EQ(code_of(reply), "bad_request");
  }
  EXPECT_TRUE(services_.requests.empty());
}

TEST_F(GateTest, WhoTriesManyPasswordsHasToWait) {
  services_.answer = common::Refusal{.code = common::Code::kBadCredentials, .message = "wrong"};
  for (int count = 0; count < 3; ++count) {
    EXPECT_EQ(ask(request("POST", "/api/v1/sessions", "{}", "")).status, 401);
  }
  const Reply reply = ask(request("POST", "/api/v1/sessions", "{}", ""));
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(code_of(reply), "too_many_requests");
  EXPECT_GT(std::stoi(header_of(reply, "Retry-After")), 0);
  Request other = request("POST", "/api/v1/sessions", "{}", "");
  other.peer = "10.0.0.2";
  EXPECT_EQ(ask(other).status, 401);
}

TEST_F(GateTest, AnswersOfServicesBecomeRepliesByTheErrorTable) {
  using common::Code;
  for (const auto& [code, status] : {std::pair(Code::kNotFound, 404),
                                     {Code::kInvalid, 422},
                                     {Code::kAlreadyExists, 409},
                                     {Code::kUnavailable, 503},
                                     {Code::kTooManyRequests, 429}}) {
    services_.answer = common::Refusal{.code = code, .message = "why", .fields = {{"title", "too long"}}};
    const Reply reply = ask(request("GET", "/api/v1/conversations"));
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(body_of(reply)["fields"]["title"], "too long");
    EXPECT_EQ(body_of(reply)["detail"], "why");
  }
}

}  // namespace
}  // namespace fanfare::frontends::http
