// How far somebody has read, what they have muted, and how much is new to them. Whatever is changed here may be said
// twice: no Idempotency-Key is looked at.

#include <nlohmann/json.hpp>
#include <string>

#include "frontends/http/api/json_body.hpp"
#include "frontends/http/api/query.hpp"
#include "frontends/http/api/replies.hpp"
#include "frontends/http/api/routes.hpp"
#include "frontends/http/api/waiting.hpp"

namespace fanfare::frontends::http {
namespace {

using common::Identity;
using Json = nlohmann::json;

/// Tells a service of a change in the conversation of the path, with the body's members.
Reply change(const Backend& backend, const Request& request, const Identity& identity, const std::string& topic) {
  auto body = read_object(request);
  if (!body) return to_reply(body.error());
  if (body->contains("conversation")) {
    return to_reply(common::Refusal{.code = common::Code::kInvalid,
                                    .message = "look at the fields",
                                    .fields = {{"conversation", "stands in the path"}}});
  }
  (*body)["conversation"] = request.params.at("id");
  return to_reply(200, ask(backend.services, {.topic = topic,
                                              .payload = body->dump(),
                                              .actor = identity.person,
                                              .changes_something = true,
                                              .is_idempotent = true}));
}

Reply unread(const Backend& backend, const Request& request, const Identity& identity) {
  const auto payload = Query(request).list("conversations").payload();
  if (!payload) return to_reply(payload.error());
  return to_reply(200,
                  ask(backend.services, {.topic = "history.unread", .payload = *payload, .actor = identity.person}));
}

}  // namespace

void add_reading_routes(Router& router, Gate& gate, const Backend& backend) {
  const auto add_change = [&](const char* method, const char* path, const char* topic) {
    router.add(
        {method, path, Lane::kService, gate.person([&backend, topic](const Request& request, const Identity& identity) {
           return change(backend, request, identity, topic);
         })});
  };
  add_change("PUT", "/api/v1/conversations/{id}/read", "conversations.read");
  add_change("PUT", "/api/v1/conversations/{id}/mute", "conversations.mute");
  add_change("DELETE", "/api/v1/conversations/{id}/mute", "conversations.unmute");
  router.add({"GET", "/api/v1/unread", Lane::kService,
              gate.person([&backend](const Request& request, const Identity& identity) {
                return unread(backend, request, identity);
              })});
}

}  // namespace fanfare::frontends::http
