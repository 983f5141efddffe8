#include "frontends/websocket/broker/broker_backend.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "frontends/common/broker_services.hpp"
#include "frontends/common/error_table.hpp"
#include "frontends/common/idempotency_key.hpp"
#include "frontends/common/message_content.hpp"
#include "runtime/json/strict_json.hpp"

namespace fanfare::frontends::websocket::broker {
namespace {

using protocol::Refusal;
using session::OnAnswer;

enum class Change {
  kNone,
  kWithKey,     ///< done once for each Idempotency-Key
  kIdempotent,  ///< done twice it is as if done once
};

struct Method {
  std::string_view name;
  Change change = Change::kNone;
};

/// What of the services is for people who are logged in; the rest has no business here.
constexpr std::array<Method, 14> kMethods = {{
    {"accounts.whoami"},
    {"accounts.find"},
    {"conversations.create", Change::kWithKey},
    {"conversations.list"},
    {"conversations.members"},
    {"conversations.read", Change::kIdempotent},
    {"conversations.mute", Change::kIdempotent},
    {"conversations.unmute", Change::kIdempotent},
    {"history.list"},
    {"history.search"},
    {"history.unread"},
    {"telegram.status"},
    {"telegram.link", Change::kIdempotent},
    {"telegram.unlink", Change::kIdempotent},
}};

Refusal away() { return {protocol::kInternal, "the message broker can't be reached: try again later", true}; }

/// The request of messages.send; nothing if it has another form.
std::optional<common::OutgoingMessage> read_message(const std::string& person, const std::string& data) {
  const auto object = runtime::parse_strict_json(data);
  if (!object || !object->is_object() || object->size() != 3) return std::nullopt;
  common::OutgoingMessage message{.person = person};
  const std::array<std::pair<const char*, std::string*>, 3> members = {
      {{"conversation", &message.conversation}, {"id", &message.client_id}, {"text", &message.text}}};
  for (const auto& [name, value] : members) {
    const auto member = object->find(name);
    if (member == object->end() || !member->is_string()) return std::nullopt;
    *value = member->get<std::string>();
  }
  return message;
}

}  // namespace

common::OrRefusal<void> take_key(common::ServiceRequest& request) {
  constexpr const char* kMember = "idempotency_key";
  auto object = runtime::parse_strict_json(request.payload);
  if (!object || !object->is_object()) return {};  // the service says what is wrong with it
  const auto member = object->find(kMember);
  if (member == object->end()) return {};
  const auto key =
      common::idempotency_key(member->is_string() ? member->get_ref<const std::string&>() : std::string(), kMember);
  if (!key) return key.error();
  request.idempotency_key = *key;
  object->erase(member);
  request.payload = object->dump();
  return {};
}

Refusal refusal_of(const common::Refusal& refusal) {
  const auto& row = common::describe(refusal.code);
  std::string message = refusal.message;
  for (const auto& [field, problem] : refusal.fields) {
    message += (message.empty() ? "" : "; ") + field + ": " + problem;
  }
  return {row.centrifugo_code, std::move(message), row.may_help_later};
}

void BrokerBackend::check_token(const std::string& token, OnAnswer<session::Identity> done) {
  const auto identity = parts_.tokens.check(token, std::chrono::system_clock::now());
  if (identity) {
    done(session::Identity{identity->person, identity->expires});
  } else {
    done(refusal_of(identity.error()));
  }
}

void BrokerBackend::check_member(const std::string& person, const std::string& conversation, OnAnswer<void> done) {
  if (!available_) return done(away());
  parts_.access.check(person, conversation, [this, done = std::move(done)](const common::OrRefusal<void>& access) {
    session::Answer<void> answer;
    if (!access && access.error().code == common::Code::kNotFound) {
      answer = Refusal{protocol::kPermissionDenied, "you are not a member of this conversation"};
    } else if (!access) {
      answer = refusal_of(access.error());
    }
    parts_.handover.push([done, answer] { done(answer); });
  });
}

void BrokerBackend::publish_typing(const std::string& person, const std::string& conversation, OnAnswer<void> done) {
  if (!available_) return done(away());
  try {
    parts_.client.publish("typing." + conversation, "{}", {.actor = person}, [this, done](const Outcome<Ack>& outcome) {
      session::Answer<void> answer;
      if (!outcome.ok()) answer = refusal_of(common::refusal_of(outcome.error(), false));
      parts_.handover.push([done, answer] { done(answer); });
    });
  } catch (const Error& error) {  // refused before it was sent
    done(refusal_of(common::refusal_of(error, false)));
  }
}

void BrokerBackend::call(const std::string& person, const std::string& method, const std::string& data,
                         OnAnswer<std::string> done) {
  if (method == "messages.send") return send_message(person, data, std::move(done));
  const auto known = std::ranges::find(kMethods, method, &Method::name);
  if (known == kMethods.end()) return done(Refusal{protocol::kMethodNotFound, "no such method"});
  if (!data.starts_with('{')) return done(Refusal{protocol::kBadRequest, "data has to be an object"});
  if (!available_) return done(away());
  common::ServiceRequest request{.topic = method,
                                 .payload = data,
                                 .actor = person,
                                 .timeout = parts_.request_timeout,
                                 .changes_something = known->change != Change::kNone,
                                 .is_idempotent = known->change == Change::kIdempotent};
  if (known->change == Change::kWithKey) {
    if (const auto taken = take_key(request); !taken) return done(refusal_of(taken.error()));
  }
  parts_.services.call(request, on_io(std::move(done)));
}

void BrokerBackend::send_message(const std::string& person, const std::string& data, OnAnswer<std::string> done) {
  const auto message = read_message(person, data);
  if (!message) {
    return done(Refusal{protocol::kBadRequest, "expected {conversation, id, text}, three texts and nothing else"});
  }
  if (!available_) return done(away());
  parts_.sender.send(*message, on_io(std::move(done)));
}

common::AnswerHandler BrokerBackend::on_io(OnAnswer<std::string> done) {
  return [this, done = std::move(done)](const common::Answer& answer) {
    auto result =
        answer ? session::Answer<std::string>(*answer) : session::Answer<std::string>(refusal_of(answer.error()));
    parts_.handover.push([done, result = std::move(result)] { done(result); });
  };
}

}  // namespace fanfare::frontends::websocket::broker
