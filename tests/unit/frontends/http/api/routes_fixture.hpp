#pragma once
// The routes of the REST API over a fake backend: each test asks as a client would and sees what the services were
// asked. For tests; one thread.

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "frontends/http/api/routes.hpp"

namespace fanfare::frontends::http::test {

inline constexpr const char* kWebhookSecret = "0123456789abcdef";

/// Answers every call at once with `answer`.
class FakeServices final : public common::Services {
 public:
  void call(const common::ServiceRequest& request, common::AnswerHandler handler) override {
    requests.push_back(request);
    handler(answer);
  }

  common::Answer answer = std::string("{}");
  std::vector<common::ServiceRequest> requests;
};

class RoutesFixture : public testing::Test {
 protected:
  RoutesFixture() {
    add_session_routes(router_, gate_, backend_, std::chrono::hours(1));
    add_people_routes(router_, gate_, backend_);
    add_message_routes(router_, gate_, backend_);
    add_reading_routes(router_, gate_, backend_);
    add_telegram_routes(router_, gate_, backend_);
    add_webhook_route(router_, gate_, backend_, kWebhookSecret);
    add_probe_routes(router_, [this] { return missing_; });
  }

  Reply ask(Request request) {
    const Router::Found found = router_.find(request);
    return found.handler(request);
  }

  /// With the headers that the page sends; `token` empty: nobody is logged in.
  static Request request(const std::string& method, const std::string& path, const std::string& body = "",
                         const std::string& token = "good") {
    Request made{.method = method, .path = path, .headers = {{"host", "localhost:8080"}}, .body = body};
    made.peer = "10.0.0.1";
    if (!body.empty()) made.headers.push_back({"content-type", "application/json"});
    if (!token.empty()) made.headers.push_back({"authorization", "Bearer " + token});
    return made;
  }

  static nlohmann::json body_of(const Reply& reply) {
    return reply.body ? nlohmann::json::parse(*reply.body) : nlohmann::json();
  }
  static std::string code_of(const Reply& reply) { return body_of(reply).value("code", ""); }
  static std::string header_of(const Reply& reply, const std::string& name) {
    const auto found = std::ranges::find(reply.headers, name, &Header::name);
    return found == reply.headers.end() ? "" : found->value;
  }
  nlohmann::json asked() const { return nlohmann::json::parse(services_.requests.back().payload); }

  FakeServices services_;
  std::vector<common::OutgoingMessage> sent_;
  common::Answer sent_answer_ = std::string(R"({"id":"m"})");
  std::vector<std::string> missing_;
  Backend backend_{.services = services_,
                   .identify = [](std::string_view token) -> common::OrRefusal<common::Identity> {
                     if (token == "good") return common::Identity{.person = "ada", .session = "s", .expires = {}};
                     if (token == "old")
                       return common::Refusal{.code = common::Code::kTokenExpired, .message = "refresh it"};
                     return common::Refusal{.code = common::Code::kTokenInvalid, .message = "log in again"};
                   },
                   .send_message =
                       [this](const common::OutgoingMessage& message, const common::AnswerHandler& handler) {
                         sent_.push_back(message);
                         handler(sent_answer_);
                       }};
  Gate gate_{backend_,
             Rates{.ordinary = {.per_second = 0.001, .burst = 20}, .credentials = {.per_second = 0.001, .burst = 3}}};
  Router router_;
};

}  // namespace fanfare::frontends::http::test
