#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/frontends/http/api/routes_fixture.hpp"

namespace fanfare::frontends::http::test {
namespace {

class WebhookRoutes : public RoutesFixture {
 protected:
  static Request update(const std::string& secret) {
    Request made = request("POST", "/api/v1/telegram/webhook", R"({"update_id":7})", "");
    made.headers.push_back({"x-telegram-bot-api-secret-token", secret});
    return made;
  }
};

TEST_F(WebhookRoutes, UpdateGoesToTheWorkerAsItCameAndForNobody) {
  EXPECT_EQ(ask(update(kWebhookSecret)).status, 200);
  ASSERT_EQ(services_.requests.size(), 1U);
  EXPECT_EQ(services_.requests[0].topic, "telegram.update");
  EXPECT_EQ(services_.requests[0].payload, R"({"update_id":7})");
  EXPECT_EQ(services_.requests[0].actor, "");
}

TEST_F(WebhookRoutes, WhatIsNotDoneIsNotAcknowledged) {
  services_.answer = common::Refusal{.code = common::Code::kUnavailable, .message = "later"};
  EXPECT_EQ(ask(update(kWebhookSecret)).status, 503);
}

TEST_F(WebhookRoutes, WhoDoesNotKnowTheSecretIsRefused) {
  for (const std::string secret : {"", "wrong", "0123456789abcdee", "0123456789abcdef0"}) {
    EXPECT_EQ(ask(update(secret)).status, 401) << secret;
  }
  EXPECT_TRUE(services_.requests.empty());
}

TEST_F(WebhookRoutes, WithoutASecretThereIsNoWebhook) {
  Router without;
  add_webhook_route(without, gate_, backend_, "");
  Request request = update("");
  EXPECT_EQ(without.find(request).handler(request).status, 404);
  EXPECT_TRUE(services_.requests.empty());
}

}  // namespace
}  // namespace fanfare::frontends::http::test
