#pragma once
// What can't even be encoded, found before it is: texts longer than their length fields hold. The broker's limits are
// checked by the session, which knows them. Pure functions; any thread.

#include <fanfare/error_code.hpp>
#include <fanfare/headers.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace fanfare::transport {

inline constexpr std::size_t kShort = std::numeric_limits<std::uint8_t>::max();
inline constexpr std::size_t kLong = std::numeric_limits<std::uint16_t>::max();
inline constexpr std::size_t kLargestPayload = std::size_t{1} << 30U;

[[nodiscard]] inline std::optional<ErrorCode> refusal_of(const Headers& headers) {
  std::size_t size = 0;
  for (const auto& [key, value] : headers) {
    if (key.empty()) return ErrorCode::bad_headers;
    size += 3 + key.size() + value.size();
    if (key.size() > kShort || size > kLong) return ErrorCode::headers_too_large;
  }
  return std::nullopt;
}

[[nodiscard]] inline std::optional<ErrorCode> refusal_of(std::string_view topic, std::string_view actor,
                                                         const Headers& headers, std::string_view payload) {
  if (topic.size() > kShort) return ErrorCode::bad_topic;
  if (actor.size() > kShort) return ErrorCode::actor_not_allowed;
  if (payload.size() > kLargestPayload) return ErrorCode::message_too_large;
  return refusal_of(headers);
}

}  // namespace fanfare::transport
