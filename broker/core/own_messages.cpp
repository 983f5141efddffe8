// What the broker itself publishes: records of its own streams, events and hops for whoever listens.

#include <utility>

#include "broker/core/publishing.hpp"
#include "protocol/header_map.hpp"

namespace fanfare::broker::core {
namespace {

constexpr std::string_view kBroker = "broker";

}  // namespace

bool Publishing::append_own(Stream& stream, std::string_view topic, const OwnMessage& message, std::uint64_t token,
                            Instant now) {
  if (stream.failed) return false;
  const auto at = topics_.find_or_add(topic);
  if (message.id) {
    const auto content = protocol::split_content(message.content, protocol::message_flags::kId, message.actor_size,
                                                 message.headers_size);
    const auto payload = content ? content->payload : std::string_view{};
    stream.ids.taken(*message.id, protocol::fingerprint_of(at->name, payload), now.steady);
  }
  append(stream, at, kBroker, message.id ? protocol::message_flags::kId : std::uint8_t{0}, message, OwnRecord{token},
         now);
  return true;
}

void Publishing::announce(std::string_view name, const Headers& headers, std::string_view payload, Instant now) {
  const auto topic = topics_.find_or_add(name);
  if (topic->stream != protocol::kNoStream) return;  // its records have sequences, which only a publish gets
  if (audiences_.reach(*topic).sessions == 0) return;
  auto content = protocol::encode_headers(headers);
  const auto headers_size = static_cast<std::uint16_t>(content.size());
  content.append(payload);
  std::string record;
  protocol::append_record(record, {.topic = topics_.number(topic), .timestamp = now.clock, .publisher = kBroker}, 0,
                          headers_size, content);
  hand_over(topic, {}, 0, record);
}

/// Tells whoever traces the message what happened to it here (PROTOCOL §7).
void Publishing::hop(const Uuid& id, std::string_view name, Instant now) {
  announce("$sys.event.trace." + id.to_string(),
           {{"component", std::string(kBroker)}, {"hop", std::string(name)}, {"at", std::to_string(now.clock)}}, {},
           now);
}

}  // namespace fanfare::broker::core
