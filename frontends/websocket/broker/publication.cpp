#include "frontends/websocket/broker/publication.hpp"

#include "frontends/websocket/protocol/reply.hpp"
#include "runtime/text/time_text.hpp"

namespace fanfare::frontends::websocket::broker {

namespace {

/// `data` is the payload, as compact_json() made it.
protocol::Publication publication(const Message& message, const std::string& data) {
  return {
      .channel = message.topic,
      .data = data,
      .user = message.actor,
      .offset = message.position.sequence,
      .id = message.id ? message.id->to_string() : std::string(),
      .epoch = message.stream.empty() ? std::string() : message.position.epoch.to_string(),
      .timestamp = runtime::to_text(std::chrono::floor<std::chrono::milliseconds>(message.timestamp)),
  };
}

}  // namespace

std::optional<protocol::Line> publication_of(const Message& message) {
  const auto data = protocol::compact_json(message.payload);
  if (!data) return std::nullopt;
  return protocol::publication_push(publication(message, *data));
}

std::optional<std::string> replayed_publication_of(const Message& message) {
  const auto data = protocol::compact_json(message.payload);
  if (!data) return std::nullopt;
  return protocol::publication_object(publication(message, *data));
}

}  // namespace fanfare::frontends::websocket::broker
