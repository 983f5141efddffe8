#include "frontends/http/api/gate.hpp"

#include <utility>

#include "frontends/http/api/origin.hpp"
#include "frontends/http/api/replies.hpp"
#include "frontends/http/message/problem.hpp"

namespace fanfare::frontends::http {
namespace {

bool changes_something(const Request& request) { return request.method != "GET" && request.method != "HEAD"; }

/// A form of another site can't send this type (and a body that is not JSON is better told early).
bool is_json(const Request& request) {
  const std::string_view type = request.header("content-type").value_or("");
  return type.substr(0, type.find(';')) == "application/json";
}

std::optional<std::string_view> bearer_token(const Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto header = request.header("authorization");
  if (!header || !header->starts_with(kScheme)) return std::nullopt;
  return header->substr(kScheme.size());
}

}  // namespace

Handler Gate::anybody(Handler handler) {
  return [this, handler = std::move(handler)](const Request& request) {
    auto refused = refuse(request, ordinary_);
    return refused ? std::move(*refused) : handler(request);
  };
}

Handler Gate::with_credentials(Handler handler) {
  return [this, handler = std::move(handler)](const Request& request) {
    auto refused = refuse(request, credentials_);
    return refused ? std::move(*refused) : handler(request);
  };
}

Handler Gate::person(PersonHandler handler) {
  return anybody([this, handler = std::move(handler)](const Request& request) {
    const auto token = bearer_token(request);
    if (!token) {
      return to_reply(common::Refusal{.code = common::Code::kTokenInvalid,
                                      .message = "log in and send the header Authorization: Bearer <access token>"});
    }
    const auto identity = backend_.identify(*token);
    return identity ? handler(request, *identity) : to_reply(identity.error());
  });
}

std::optional<Reply> Gate::refuse(const Request& request, common::RateLimiter& rate) {
  if (changes_something(request) && is_cross_origin(request)) {
    return to_reply(common::Refusal{.code = common::Code::kOriginRefused,
                                    .message = "this request was sent by a page of another origin; only the page of "
                                               "this server may change something"});
  }
  std::chrono::milliseconds wait{};
  {
    const std::lock_guard lock(mutex_);
    wait = rate.take(client_network(request), std::chrono::steady_clock::now());
  }
  if (wait > std::chrono::milliseconds(0)) {
    return to_reply(common::Refusal{.code = common::Code::kTooManyRequests,
                                    .message = "too many requests; try again after the time in Retry-After",
                                    .retry_after = std::chrono::ceil<std::chrono::seconds>(wait)});
  }
  if (!request.body.empty() && !is_json(request)) {
    return to_reply(Problem{.status = 415,
                            .code = "unsupported_media_type",
                            .detail = "send JSON with the header Content-Type: application/json"});
  }
  return std::nullopt;
}

}  // namespace fanfare::frontends::http
