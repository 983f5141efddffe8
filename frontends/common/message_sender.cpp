#include "frontends/common/message_sender.hpp"

#include <nlohmann/json.hpp>

#include "frontends/common/broker_services.hpp"

namespace fanfare::frontends::common {

void MessageSender::send(const OutgoingMessage& message, AnswerHandler handler) {
  if (const auto checked = check_message(message); !checked) return handler(checked.error());
  access_.check(message.person, message.conversation,
                [this, message, handler = std::move(handler)](const OrRefusal<void>& access) {
                  if (!access) return handler(access.error());
                  publish(message, handler);
                });
}

void MessageSender::publish(const OutgoingMessage& message, const AnswerHandler& handler) {
  const Uuid id = message_id(message);
  const auto answer = [id, client_id = message.client_id, handler](const Outcome<Ack>& outcome) {
    if (!outcome.ok()) return handler(refusal_of(outcome.error(), true));
    const Position& position = outcome.value().position;
    handler(nlohmann::json{{"id", id.to_string()},
                           {"client_id", client_id},
                           {"epoch", position.epoch.to_string()},
                           {"sequence", position.sequence}}
                .dump());
  };
  try {
    client_.publish("chat." + message.conversation, message_payload(message, id), {.actor = message.person, .id = id},
                    answer);
  } catch (const fanfare::Error& error) {  // refused before it was sent
    handler(refusal_of(error, true));
  }
}

}  // namespace fanfare::frontends::common
