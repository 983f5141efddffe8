#include "frontends/http/routing/router.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace fanfare::frontends::http {
namespace {

Handler says(const std::string& text) {
  return [text](const Request& request) {
    std::string body = text;
    for (const auto& [name, value] : request.params) body += " " + name + "=" + value;
    return make_reply(200, "text/plain", body);
  };
}

Router make_router() {
  Router router;
  router.add({"GET", "/api/v1/users/me", Lane::kService, says("me")});
  router.add({"GET", "/api/v1/users", Lane::kService, says("find")});
  router.add({"POST", "/api/v1/users", Lane::kService, says("register")});
  router.add({"GET", "/api/v1/conversations/{id}/members", Lane::kService, says("members")});
  router.set_fallback(says("page"));
  return router;
}

struct Answer {
  int status = 0;
  std::string body;
  std::string allow;
  Lane lane = Lane::kLocal;
};

Answer ask(const std::string& method, const std::string& path) {
  const Router router = make_router();
  Request request{.method = method, .path = path};
  const Router::Found found = router.find(request);
  const Reply reply = found.handler(request);
  const auto allow = std::ranges::find(reply.headers, "Allow", &Header::name);
  return {reply.status, reply.body ? *reply.body : "", allow == reply.headers.end() ? "" : allow->value, found.lane};
}

TEST(Router, FindsTheRouteOfMethodAndPath) {
  EXPECT_EQ(ask("GET", "/api/v1/users").body, "find");
  EXPECT_EQ(ask("POST", "/api/v1/users").body, "register");
  EXPECT_EQ(ask("GET", "/api/v1/users/me").body, "me");
  EXPECT_EQ(ask("GET", "/api/v1/users/me").lane, Lane::kService);
}

TEST(Router, GivesTheHandlerWhatStoodInTheTemplatesPlace) {
  EXPECT_EQ(ask("GET", "/api/v1/conversations/7f/members").body, "members id=7f");
  EXPECT_EQ(ask("GET", "/api/v1/conversations//members").status, 404);
  EXPECT_EQ(ask("GET", "/api/v1/conversations/7f/members/").status, 404);
}

TEST(Router, HeadComesWithGet) { EXPECT_EQ(ask("HEAD", "/api/v1/users").body, "find"); }

TEST(Router, NamesTheMethodsOfAPath) {
  EXPECT_EQ(ask("DELETE", "/api/v1/users").status, 405);
  EXPECT_EQ(ask("DELETE", "/api/v1/users").allow, "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(ask("OPTIONS", "/api/v1/users").status, 204);
  EXPECT_EQ(ask("OPTIONS", "/api/v1/users/me").allow, "GET, HEAD, OPTIONS");
  EXPECT_EQ(ask("OPTIONS", "*").status, 204);
  EXPECT_EQ(ask("OPTIONS", "*").allow, "DELETE, GET, HEAD, OPTIONS, POST, PUT");
  EXPECT_EQ(ask("BREW", "/anything").status, 405);
}

TEST(Router, OnlyPathsOutsideTheApiFallBackToThePage) {
  EXPECT_EQ(ask("GET", "/anything").body, "page");
  EXPECT_EQ(ask("GET", "/api/v2/users").status, 404);
  EXPECT_EQ(ask("POST", "/anything").allow, "GET, HEAD, OPTIONS");
}

}  // namespace
}  // namespace fanfare::frontends::http
