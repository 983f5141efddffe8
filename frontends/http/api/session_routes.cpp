// Registering, logging in, refreshing and logging out. Whoever asks with `"cookie": true` gets the refresh token as a
// cookie that no script can read, and only the access token in the body.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "frontends/http/api/json_body.hpp"
#include "frontends/http/api/origin.hpp"
#include "frontends/http/api/replies.hpp"
#include "frontends/http/api/routes.hpp"
#include "frontends/http/api/waiting.hpp"

namespace fanfare::frontends::http {
namespace {

using common::Answer;
using common::Refusal;
using Json = nlohmann::json;

constexpr std::string_view kCookie = "fanfare_refresh";

/// Passwords are hashed one after the other when many come at once.
constexpr std::chrono::milliseconds kPasswordTimeout{10'000};

/// A cookie's value goes into a header as it is.
bool is_base64url(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Header cookie(const Request& request, std::string_view token, std::chrono::seconds max_age) {
  return {"Set-Cookie", std::string(kCookie) + "=" + std::string(token) +
                            "; Path=/api/v1/sessions; Max-Age=" + std::to_string(max_age.count()) +
                            "; HttpOnly; SameSite=Strict" + (is_over_tls(request) ? "; Secure" : "")};
}

Header no_cookie(const Request& request) { return cookie(request, "", std::chrono::seconds(0)); }

class SessionRoutes {
 public:
  SessionRoutes(const Backend& backend, std::chrono::seconds refresh_token_ttl)
      : backend_(backend), refresh_token_ttl_(refresh_token_ttl) {}

  /// Register and log in: the body goes to the worker, but for what is meant for this server.
  [[nodiscard]] Reply begin(const Request& request, const std::string& topic, int status) const {
    auto body = read_object(request);
    if (!body) return to_reply(body.error());
    const auto wants_cookie = take_cookie_flag(*body);
    if (!wants_cookie) return to_reply(wants_cookie.error());
    const Answer answer =
        ask(backend_.services,
            {.topic = topic, .payload = body->dump(), .timeout = kPasswordTimeout, .changes_something = true});
    return tokens(request, status, answer, *wants_cookie);
  }

  [[nodiscard]] Reply refresh(const Request& request) const {
    const auto given = refresh_token(request);
    if (!given) return to_reply(given.error());
    if (given->token.empty()) {
      return to_reply(Refusal{.code = common::Code::kTokenInvalid, .message = "no refresh token; log in"});
    }
    const Answer answer = ask(backend_.services, {.topic = "accounts.refresh",
                                                  .payload = Json{{"refresh_token", given->token}}.dump(),
                                                  .changes_something = true});
    Reply reply = tokens(request, 200, answer, given->is_cookie);
    if (!answer && answer.error().code == common::Code::kTokenInvalid && given->is_cookie) {
      reply.headers.push_back(no_cookie(request));
    }
    return reply;
  }

  [[nodiscard]] Reply end(const Request& request) const {
    const auto given = refresh_token(request);
    if (!given) return to_reply(given.error());
    if (!given->token.empty()) {
      const Answer answer = ask(backend_.services, {.topic = "accounts.logout",
                                                    .payload = Json{{"refresh_token", given->token}}.dump(),
                                                    .changes_something = true});
      if (!answer) return to_reply(answer.error());
    }
    return {.status = 204, .headers = {{"Cache-Control", "no-store"}, no_cookie(request)}};
  }

 private:
  struct RefreshToken {
    std::string token;  ///< empty: there is none
    bool is_cookie = false;
  };

  [[nodiscard]] static common::OrRefusal<bool> take_cookie_flag(Json& body) {
    const auto flag = body.find("cookie");
    if (flag == body.end()) return false;
    if (!flag->is_boolean()) {
      return Refusal{
          .code = common::Code::kInvalid, .message = "look at the fields", .fields = {{"cookie", "is true or false"}}};
    }
    const bool value = flag->get<bool>();
    body.erase(flag);
    return value;
  }

  /// From the body, else from the cookie. A browser adds the cookie to whatever it sends here, so that alone is no wish
  /// of the page: it has to add a header that needs a script of the same origin.
  [[nodiscard]] static common::OrRefusal<RefreshToken> refresh_token(const Request& request) {
    auto body = read_object(request);
    if (!body) return body.error();
    const auto member = body->find("refresh_token");
    if (member != body->end()) {
      if (!member->is_string()) {
        return Refusal{.code = common::Code::kInvalid,
                       .message = "look at the fields",
                       .fields = {{"refresh_token", "is no text"}}};
      }
      return RefreshToken{member->get<std::string>(), false};
    }
    const auto cookie = request.cookie(kCookie);
    if (!cookie || cookie->empty()) return RefreshToken{};
    if (request.header("x-fanfare") != "1") {
      return Refusal{.code = common::Code::kPermissionDenied,
                     .message = "with the cookie, send the header X-Fanfare: 1"};
    }
    return RefreshToken{std::string(*cookie), true};
  }

  [[nodiscard]] Reply tokens(const Request& request, int status, const Answer& answer, bool as_cookie) const {
    if (!answer || !as_cookie) return to_reply(status, answer);
    Json object = Json::parse(*answer);
    const std::string token = object.value("refresh_token", "");
    if (!is_base64url(token))
      return to_reply(Refusal{.code = common::Code::kInternal, .message = "a refresh token of another form"});
    object.erase("refresh_token");
    Reply reply = json_reply(status, object.dump());
    reply.headers.push_back(cookie(request, token, refresh_token_ttl_));
    return reply;
  }

  const Backend& backend_;
  std::chrono::seconds refresh_token_ttl_;
};

}  // namespace

void add_session_routes(Router& router, Gate& gate, const Backend& backend, std::chrono::seconds refresh_token_ttl) {
  const SessionRoutes routes(backend, refresh_token_ttl);
  router.add({"POST", "/api/v1/users", Lane::kService, gate.with_credentials([routes](const Request& request) {
                return routes.begin(request, "accounts.register", 201);
              })});
  router.add({"POST", "/api/v1/sessions", Lane::kService, gate.with_credentials([routes](const Request& request) {
                return routes.begin(request, "accounts.login", 201);
              })});
  router.add({"POST", "/api/v1/sessions/refresh", Lane::kService,
              gate.anybody([routes](const Request& request) { return routes.refresh(request); })});
  router.add({"DELETE", "/api/v1/sessions/current", Lane::kService,
              gate.anybody([routes](const Request& request) { return routes.end(request); })});
}

}  // namespace fanfare::frontends::http
