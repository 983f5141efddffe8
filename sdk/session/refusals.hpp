#pragma once
// What the broker would refuse, found before it is sent (PROTOCOL.md §8). Pure functions; any thread.

#include <fanfare/error_code.hpp>

#include <optional>
#include <string_view>

#include "protocol/header_map.hpp"
#include "protocol/limits.hpp"

namespace fanfare::session {

/// More than a command with a payload has besides headers and payload, topic and actor included, and the frame around
/// it.
inline constexpr std::size_t kAround = 1'024;

/// Why these encoded headers and a payload of this size are refused; nullopt when they are not.
[[nodiscard]] inline std::optional<ErrorCode> refusal_of(std::string_view headers, std::size_t payload_size,
                                                         const protocol::Limits& limits) {
  if (payload_size > limits.message) return ErrorCode::message_too_large;
  if (payload_size + headers.size() + kAround > limits.frame) return ErrorCode::frame_too_large;
  if (headers.empty()) return std::nullopt;
  if (headers.size() > limits.header_bytes) return ErrorCode::headers_too_large;
  const auto decoded = protocol::decode_headers(headers);
  if (!decoded) return ErrorCode::bad_headers;
  if (decoded->size() > limits.header_count) return ErrorCode::headers_too_large;
  return std::nullopt;
}

}  // namespace fanfare::session
