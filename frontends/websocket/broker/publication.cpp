#include "frontends/websocket/broker/publication.hpp"

#include <array>
#include <cstdio>

#include "frontends/websocket/protocol/reply.hpp"

namespace fanfare::frontends::websocket::broker {
namespace {

/// RFC 3339 in UTC with milliseconds.
std::string time_text(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time - day));
  std::array<char, 80> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text.data();
}

}  // namespace

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
      .timestamp = time_text(message.timestamp),
  });
}

}  // namespace fanfare::frontends::websocket::broker
