#include "frontends/http/message/problem.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fanfare::frontends::http {
namespace {

std::string header(const Reply& reply, const std::string& name) {
  const auto found = std::ranges::find(reply.headers, name, &Header::name);
  return found == reply.headers.end() ? "" : found->value;
}

TEST(Problem, IsTheDocumentOfRfc9457WithCodeFieldsAndRetry) {
  const Reply reply = to_reply(
      {.status = 422, .code = "invalid", .detail = "look at the fields", .fields = {{"username", "too short"}}});
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(header(reply, "Content-Type"), "application/problem+json");
  EXPECT_EQ(nlohmann::json::parse(*reply.body), nlohmann::json({{"type", "urn:fanfare:error:invalid"},
                                                                {"title", "Unprocessable Content"},
                                                                {"status", 422},
                                                                {"code", "invalid"},
                                                                {"detail", "look at the fields"},
                                                                {"fields", {{"username", "too short"}}},
                                                                {"retry", "never"}}));
}

TEST(Problem, SaysWhenToTryAgainAndHowToAuthenticate) {
  EXPECT_EQ(header(to_reply({.status = 429, .code = "too_many_requests", .retry_after = std::chrono::seconds(7)}),
                   "Retry-After"),
            "7");
  EXPECT_EQ(header(to_reply({.status = 401, .code = "token_invalid"}), "WWW-Authenticate"), "Bearer realm=\"fanfare\"");
}

TEST(Problem, TextThatIsNotUtf8DoesNotBreakIt) {
  const Reply reply = to_reply({.status = 400, .code = "bad_request", .detail = "\xff\xfe"});
  EXPECT_TRUE(nlohmann::json::accept(*reply.body));
}

}  // namespace
}  // namespace fanfare::frontends::http
