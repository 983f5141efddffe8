#include "workers/telegram/broker_actions.hpp"

#include <algorithm>
#include <future>
#include <nlohmann/json.hpp>

#include "runtime/chat/outgoing_message.hpp"

namespace fanfare::workers::telegram {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

milliseconds time_left(PersonActions::Deadline deadline) {
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
  return std::max(left, milliseconds(1));
}

}  // namespace

Done read_done(std::string_view reply) {
  const Json json = Json::parse(reply, nullptr, false);
  if (!json.is_object()) return Done::kLater;
  if (json.contains("ok")) return Done::kDone;
  const auto error = json.find("error");
  if (error == json.end() || !error->is_object()) return Done::kLater;
  const auto text = [&error](const char* name) {
    const auto member = error->find(name);
    return member != error->end() && member->is_string() ? member->get<std::string>() : std::string();
  };
  if (text("code") == "not_found" || text("code") == "permission_denied") return Done::kNoMember;
  return text("retry") == "later" ? Done::kLater : Done::kRefused;
}

Done BrokerActions::post(const Uuid& person, const Uuid& conversation, const std::string& client_id,
                         const std::string& text, Deadline deadline) {
  const Json question = {{"conversation", conversation.to_string()}};
  const Done access = ask("conversations.access", question.dump(), person, deadline);
  if (access != Done::kDone) return access;
  const runtime::OutgoingMessage message{
      .person = person.to_string(), .conversation = conversation.to_string(), .client_id = client_id, .text = text};
  const Uuid id = runtime::message_id(message);
  try {
    auto ack = client_.publish("chat." + message.conversation, runtime::message_payload(message, id),
                               {.actor = message.person, .id = id});
    if (ack.wait_until(deadline) != std::future_status::ready) return away("chat", "no acknowledgement in time");
    const Ack stored = ack.get();
    return Done::kDone;
  } catch (const fanfare::Error& error) {
    if (error.code() == ErrorCode::id_conflict) return Done::kDone;  // it was posted, and edited in Telegram since
    return error.code() == ErrorCode::message_too_large ? Done::kRefused : away("chat", error.what());
  }
}

Done BrokerActions::mark_read(const Uuid& person, const Uuid& conversation, const Position& up_to, Deadline deadline) {
  const Json request = {
      {"conversation", conversation.to_string()}, {"epoch", up_to.epoch.to_string()}, {"sequence", up_to.sequence}};
  return ask("conversations.read", request.dump(), person, deadline);
}

Done BrokerActions::mute(const Uuid& person, const Uuid& conversation, common::TimePoint until, Deadline deadline) {
  const Json request = {{"conversation", conversation.to_string()}, {"until", common::to_text(until)}};
  return ask("conversations.mute", request.dump(), person, deadline);
}

Done BrokerActions::ask(std::string_view topic, const std::string& payload, const Uuid& person, Deadline deadline) {
  try {
    auto reply =
        client_.request(topic, payload, time_left(deadline), {.actor = person.to_string(), .retry_safe = true});
    const Done done = read_done(reply.get().payload);
    return done == Done::kLater ? away(topic, "it says so") : done;
  } catch (const fanfare::Error& error) {
    return away(topic, error.what());
  }
}

Done BrokerActions::away(std::string_view what, std::string_view why) const {
  log_.warn("not done for somebody in Telegram yet", {{"topic", what}, {"reason", why}});
  return Done::kLater;
}

}  // namespace fanfare::workers::telegram
