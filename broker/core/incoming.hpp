#pragma once
// What every message from a client must be, whether it is published or asked: content that fits its sizes, within the
// limits. A pure function; any thread.

#include <fanfare/error_code.hpp>

#include <optional>

#include "protocol/content.hpp"
#include "protocol/header_map.hpp"
#include "protocol/limits.hpp"
#include "protocol/utf8.hpp"

namespace fanfare::broker::core {

/// Why an encoded header map is refused.
[[nodiscard]] inline std::optional<ErrorCode> check_headers(std::string_view encoded, const protocol::Limits& limits) {
  if (encoded.size() > limits.header_bytes) return ErrorCode::headers_too_large;
  if (encoded.empty()) return std::nullopt;
  const auto headers = protocol::decode_headers(encoded);
  if (!headers) return ErrorCode::bad_headers;
  if (headers->size() > limits.header_count) return ErrorCode::headers_too_large;
  return std::nullopt;
}

/// Why the content of a PUBLISH or REQUEST is refused; nullopt sets `content` to its parts.
template <class Command>
[[nodiscard]] std::optional<ErrorCode> check_content(const Command& command, const protocol::Limits& limits,
                                                     protocol::Content& content) {
  const auto parts = protocol::split_content(command.content, command.flags, command.actor_size, command.headers_size);
  if (!parts) return ErrorCode::malformed_frame;
  content = *parts;
  if (content.payload.size() > limits.message) return ErrorCode::message_too_large;
  if (!protocol::is_utf8(content.actor)) return ErrorCode::bad_headers;
  return check_headers(content.headers, limits);
}

}  // namespace fanfare::broker::core
