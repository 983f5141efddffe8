// Sending a message, reading the history of a conversation, and looking for messages in all of them.

#include <fanfare/uuid.hpp>
#include <nlohmann/json.hpp>
#include <random>
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
using common::OutgoingMessage;
using common::Refusal;
using Json = nlohmann::json;

constexpr std::chrono::milliseconds kSendTimeout{10'000};

Refusal invalid(const std::string& field, const std::string& problem) {
  return {.code = common::Code::kInvalid, .message = "look at the fields", .fields = {{field, problem}}};
}

/// For a client that will not try again: any id that nobody has used.
std::string fresh_id() {
  std::random_device random;
  Uuid id;
  for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(random());
  return id.to_string();
}

/// The client's own id of a message is `id` in the body or the Idempotency-Key, or both if they agree.
common::OrRefusal<std::string> client_id(const Request& request, const Json& body) {
  const auto key = idempotency_key(request);
  if (!key) return key.error();
  const auto member = body.find("id");
  if (member != body.end() && !member->is_string()) return invalid("id", "is no text");
  if (member == body.end()) return key->empty() ? fresh_id() : *key;
  if (!key->empty() && *key != member->get<std::string>()) return invalid("id", "differs from Idempotency-Key");
  return member->get<std::string>();
}

common::OrRefusal<OutgoingMessage> outgoing(const Request& request, const Identity& identity) {
  const auto body = read_object(request);
  if (!body) return body.error();
  for (const auto& [name, value] : body->items()) {
    if (name != "text" && name != "id") return invalid(name, "is not known here");
  }
  const auto text = body->find("text");
  if (text == body->end() || !text->is_string()) return invalid("text", "is missing");
  const auto id = client_id(request, *body);
  if (!id) return id.error();
  return OutgoingMessage{.person = identity.person,
                         .conversation = request.params.at("id"),
                         .client_id = *id,
                         .text = text->get<std::string>()};
}

Reply send(const Backend& backend, const Request& request, const Identity& identity) {
  const auto message = outgoing(request, identity);
  if (!message) return to_reply(message.error());
  return to_reply(201, wait_for(kSendTimeout, [&](common::AnswerHandler handler) {
                    backend.send_message(*message, std::move(handler));
                  }));
}

Reply history(const Backend& backend, const Request& request, const Identity& identity) {
  const auto payload = Query(request).text("before").text("after").text("around").number("limit").payload(
      {{"conversation", request.params.at("id")}});
  if (!payload) return to_reply(payload.error());
  return to_reply(200, ask(backend.services, {.topic = "history.list", .payload = *payload, .actor = identity.person}));
}

Reply search(const Backend& backend, const Request& request, const Identity& identity) {
  const auto payload = Query(request).text("query").text("conversation").text("cursor").number("limit").payload();
  if (!payload) return to_reply(payload.error());
  return to_reply(200,
                  ask(backend.services, {.topic = "history.search", .payload = *payload, .actor = identity.person}));
}

}  // namespace

void add_message_routes(Router& router, Gate& gate, const Backend& backend) {
  router.add({"POST", "/api/v1/conversations/{id}/messages", Lane::kService,
              gate.person([&backend](const Request& request, const Identity& identity) {
                return send(backend, request, identity);
              })});
  router.add({"GET", "/api/v1/conversations/{id}/messages", Lane::kService,
              gate.person([&backend](const Request& request, const Identity& identity) {
                return history(backend, request, identity);
              })});
  router.add({"GET", "/api/v1/search", Lane::kService,
              gate.person([&backend](const Request& request, const Identity& identity) {
                return search(backend, request, identity);
              })});
}

}  // namespace fanfare::frontends::http
