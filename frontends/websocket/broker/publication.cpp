#include "frontends/websocket/broker/publication.hpp"

#include "frontends/websocket/protocol/reply.hpp"
#include "runtime/text/time_text.hpp"

namespace fanfare::frontends::websocket::broker {

std::optional<protocol::Line> publication_of(const Message& message) {
  const auto data = protocol::compact_json(message.payload);
  if (!data) return std::nullopt;
  return protocol::publication_push({
      .channel = message.topic,
      .data = *data,
      .user = message.actor,
      .offset = message.position.sequence,
      .id = message.id ? message.id->to_string() : std::string(),
      .epoch = message.stream.empty() ? std::string() : message.position.epoch.to_string(),
      .timestamp = runtime::to_text(std::chrono::floor<std::chrono::milliseconds>(message.timestamp)),
  });
}

}  // namespace fanfare::frontends::websocket::broker
