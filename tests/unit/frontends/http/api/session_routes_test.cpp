#include "tests/unit/frontends/http/api/routes_fixture.hpp"

namespace fanfare::frontends::http {
namespace {

const std::string kTokens = R"({"user":{"id":"u"},"access_token":"a","refresh_token":"r-1_x","expires_in":900})";

class SessionRoutesTest : public test::RoutesFixture {
 protected:
  SessionRoutesTest() { services_.answer = kTokens; }

  static Request with_cookie(Request request, const std::string& value = "r-0") {
    request.headers.push_back({"cookie", "fanfare_refresh=" + value});
    request.headers.push_back({"x-fanfare", "1"});
    return request;
  }
};

TEST_F(SessionRoutesTest, RegisteringHandsTheBodyToTheWorkerAndTheTokensBack) {
  const Reply reply = ask(request("POST", "/api/v1/users", R"({"username":"ada","password":"x"})", ""));
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(*reply.body, kTokens);
  EXPECT_EQ(header_of(reply, "Cache-Control"), "no-store");
  EXPECT_EQ(services_.requests.back().topic, "accounts.register");
  EXPECT_EQ(services_.requests.back().actor, "");
  EXPECT_EQ(asked(), (nlohmann::json{{"username", "ada"}, {"password", "x"}}));
}

TEST_F(SessionRoutesTest, WithACookieNoScriptSeesTheRefreshToken) {
  const Reply reply =
      ask(request("POST", "/api/v1/sessions", R"({"username":"ada","password":"x","cookie":true})", ""));
  EXPECT_EQ(services_.requests.back().topic, "accounts.login");
  EXPECT_FALSE(asked().contains("cookie"));
  EXPECT_FALSE(body_of(reply).contains("refresh_token"));
  EXPECT_EQ(body_of(reply)["access_token"], "a");
  EXPECT_EQ(header_of(reply, "Set-Cookie"),
            "fanfare_refresh=r-1_x; Path=/api/v1/sessions; Max-Age=3600; HttpOnly; SameSite=Strict");
}

TEST_F(SessionRoutesTest, BehindTlsTheCookieIsSecure) {
  Request login = request("POST", "/api/v1/sessions", R"({"cookie":true})", "");
  login.peer = "127.0.0.1";
  login.headers.push_back({"x-forwarded-proto", "https"});
  EXPECT_TRUE(header_of(ask(login), "Set-Cookie").ends_with("; Secure"));
}

TEST_F(SessionRoutesTest, ATokenThatWouldEndTheCookieIsNoToken) {
  services_.answer = std::string(R"({"refresh_token":"a; Domain=evil"})");
  const Reply reply = ask(request("POST", "/api/v1/sessions", R"({"cookie":true})", ""));
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(header_of(reply, "Set-Cookie"), "");
}

TEST_F(SessionRoutesTest, TheCookieFlagIsTrueOrFalse) {
  EXPECT_EQ(ask(request("POST", "/api/v1/sessions", R"({"cookie":1})", "")).status, 422);
}

TEST_F(SessionRoutesTest, RefreshingByCookieGivesTheNextCookie) {
  const Reply reply = ask(with_cookie(request("POST", "/api/v1/sessions/refresh", "{}", "")));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(services_.requests.back().topic, "accounts.refresh");
  EXPECT_EQ(asked(), (nlohmann::json{{"refresh_token", "r-0"}}));
  EXPECT_TRUE(header_of(reply, "Set-Cookie").starts_with("fanfare_refresh=r-1_x;"));
  EXPECT_FALSE(body_of(reply).contains("refresh_token"));
}

TEST_F(SessionRoutesTest, RefreshingByBodySetsNoCookie) {
  const Reply reply = ask(request("POST", "/api/v1/sessions/refresh", R"({"refresh_token":"r-0"})", ""));
  EXPECT_EQ(body_of(reply)["refresh_token"], "r-1_x");
  EXPECT_EQ(header_of(reply, "Set-Cookie"), "");
}

TEST_F(SessionRoutesTest, ACookieAloneIsNoWishOfThePage) {
  Request refresh = request("POST", "/api/v1/sessions/refresh", "", "");
  refresh.headers.push_back({"cookie", "fanfare_refresh=r-0"});
  EXPECT_EQ(ask(refresh).status, 403);
  EXPECT_EQ(ask(request("POST", "/api/v1/sessions/refresh", "", "")).status, 401);
  EXPECT_TRUE(services_.requests.empty());
}

TEST_F(SessionRoutesTest, ACookieThatIsNoLongerGoodIsTakenBack) {
  services_.answer = common::Refusal{.code = common::Code::kTokenInvalid, .message = "log in again"};
  const Reply reply = ask(with_cookie(request("POST", "/api/v1/sessions/refresh", "", "")));
  EXPECT_EQ(reply.status, 401);
  EXPECT_NE(header_of(reply, "Set-Cookie").find("Max-Age=0"), std::string::npos);
}

TEST_F(SessionRoutesTest, LoggingOutEndsTheSessionAndTheCookie) {
  services_.answer = std::string("{}");
  const Reply reply = ask(with_cookie(request("DELETE", "/api/v1/sessions/current")));
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(services_.requests.back().topic, "accounts.logout");
  EXPECT_NE(header_of(reply, "Set-Cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(ask(request("DELETE", "/api/v1/sessions/current")).status, 204);
  EXPECT_EQ(services_.requests.size(), 1U);
}

}  // namespace
}  // namespace fanfare::frontends::http
