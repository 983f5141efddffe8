// What Telegram sends to the webhook: handed to fanfare-telegram as it came, and answered 200 only when it is done, so
// that it comes again otherwise. Telegram proves itself with the secret; without one there is no webhook.

#include <utility>

#include "frontends/http/api/replies.hpp"
#include "frontends/http/api/routes.hpp"
#include "frontends/http/api/waiting.hpp"
#include "runtime/crypto/digest.hpp"

namespace fanfare::frontends::http {
namespace {

/// Telegram waits for a minute.
constexpr std::chrono::milliseconds kUpdateTimeout{20'000};

Reply take_update(const Backend& backend, const Request& request, std::string_view secret) {
  if (secret.empty()) {
    return to_reply(common::Refusal{.code = common::Code::kNotFound, .message = "there is no webhook here"});
  }
  const auto proof = request.header("x-telegram-bot-api-secret-token").value_or("");
  if (!runtime::crypto::equal_in_constant_time(proof, secret)) {
    return to_reply(common::Refusal{.code = common::Code::kTokenInvalid,
                                    .message = "only Telegram sends something here, with the secret of the webhook"});
  }
  return to_reply(200, ask(backend.services, {.topic = "telegram.update",
                                              .payload = request.body,
                                              .actor = {},
                                              .timeout = kUpdateTimeout,
                                              .changes_something = true}));
}

}  // namespace

void add_webhook_route(Router& router, Gate& gate, const Backend& backend, std::string secret) {
  router.add({"POST", "/api/v1/telegram/webhook", Lane::kService,
              gate.anybody([&backend, secret = std::move(secret)](const Request& request) {
                return take_update(backend, request, secret);
              })});
}

}  // namespace fanfare::frontends::http
