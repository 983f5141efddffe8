// One's link with Telegram. fanfare-telegram decides; where there is none, nobody answers and that is `unavailable`.

#include <nlohmann/json.hpp>
#include <string>

#include "frontends/http/api/json_body.hpp"
#include "frontends/http/api/query.hpp"
#include "frontends/http/api/replies.hpp"
#include "frontends/http/api/routes.hpp"
#include "frontends/http/api/waiting.hpp"

namespace fanfare::frontends::http {
namespace {

constexpr const char* kLinkPath = "/api/v1/telegram/link";

/// What the body says goes along: the service refuses what it does not know.
Reply change_link(const Backend& backend, const Request& request, const common::Identity& identity, const char* topic,
                  int status) {
  const auto body = read_object(request);
  if (!body) return to_reply(body.error());
  return to_reply(status, ask(backend.services, {.topic = topic,
                                                 .payload = body->dump(),
                                                 .actor = identity.person,
                                                 .changes_something = true,
                                                 .is_idempotent = true}));
}

}  // namespace

void add_telegram_routes(Router& router, Gate& gate, const Backend& backend) {
  router.add({"GET", kLinkPath, Lane::kService,
              gate.person([&backend](const Request& request, const common::Identity& identity) {
                const auto payload = Query(request).payload();
                if (!payload) return to_reply(payload.error());
                return to_reply(200, ask(backend.services,
                                         {.topic = "telegram.status", .payload = *payload, .actor = identity.person}));
              })});
  router.add({"POST", kLinkPath, Lane::kService,
              gate.person([&backend](const Request& request, const common::Identity& identity) {
                return change_link(backend, request, identity, "telegram.link", 201);
              })});
  router.add({"DELETE", kLinkPath, Lane::kService,
              gate.person([&backend](const Request& request, const common::Identity& identity) {
                return change_link(backend, request, identity, "telegram.unlink", 200);
              })});
}

}  // namespace fanfare::frontends::http
