// Oneself, finding people, conversations and their members. The services behind these decide; who asks is the token's.

#include <nlohmann/json.hpp>
#include <string>

#include "frontends/http/api/idempotency.hpp"
#include "frontends/http/api/json_body.hpp"
#include "frontends/http/api/query.hpp"
#include "frontends/http/api/replies.hpp"
#include "frontends/http/api/routes.hpp"
#include "frontends/http/api/waiting.hpp"

namespace fanfare::frontends::http {
namespace {

using common::Identity;
using Json = nlohmann::json;

/// 201 for a conversation that this request made, 200 for a direct one that was there.
Reply created(const common::Answer& answer) {
  if (!answer) return to_reply(answer.error());
  return json_reply(Json::parse(*answer).value("created", false) ? 201 : 200, *answer);
}

/// A question to a service with the query's parameters.
Reply look_up(const Backend& backend, const Identity& identity, const std::string& topic,
              const common::OrRefusal<std::string>& payload) {
  if (!payload) return to_reply(payload.error());
  return to_reply(200, ask(backend.services, {.topic = topic, .payload = *payload, .actor = identity.person}));
}

}  // namespace

void add_people_routes(Router& router, Gate& gate, const Backend& backend) {
  router.add({"GET", "/api/v1/users/me", Lane::kService,
              gate.person([&backend](const Request& request, const Identity& identity) {
                return look_up(backend, identity, "accounts.whoami", Query(request).payload());
              })});
  router.add({"GET", "/api/v1/users", Lane::kService,
              gate.person([&backend](const Request& request, const Identity& identity) {
                return look_up(backend, identity, "accounts.find",
                               Query(request).text("query").number("limit").payload());
              })});
  router.add({"GET", "/api/v1/conversations", Lane::kService,
              gate.person([&backend](const Request& request, const Identity& identity) {
                return look_up(backend, identity, "conversations.list",
                               Query(request).text("after").number("limit").payload());
              })});
  router.add({"POST", "/api/v1/conversations", Lane::kService,
              gate.person([&backend](const Request& request, const Identity& identity) {
                const auto body = read_object(request);
                if (!body) return to_reply(body.error());
                const auto key = idempotency_key(request);
                if (!key) return to_reply(key.error());
                return created(ask(backend.services, {.topic = "conversations.create",
                                                      .payload = body->dump(),
                                                      .actor = identity.person,
                                                      .changes_something = true,
                                                      .idempotency_key = *key}));
              })});
  router.add({"GET", "/api/v1/conversations/{id}/members", Lane::kService,
              gate.person([&backend](const Request& request, const Identity& identity) {
                return look_up(
                    backend, identity, "conversations.members",
                    Query(request).text("after").number("limit").payload({{"conversation", request.params.at("id")}}));
              })});
}

}  // namespace fanfare::frontends::http
