#pragma once
// What every message from a client must be, whether it is published or asked: content that fits its sizes, within the
// limits. A pure function; any thread.

#include <fanfare/error_code.hpp>

#include <optional>
#include <string_view>

#include "protocol/commands.hpp"
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

/// Why the content of a PUBLISH or REQUEST is refused.
template <class Command>
[[nodiscard]] std::optional<ErrorCode> check_content(const Command& command, const protocol::Limits& limits) {
  const std::size_t id_size = (command.flags & protocol::message_flags::kId) != 0 ? sizeof(Uuid) : 0;
  const std::size_t before_payload = id_size + command.actor_size + command.headers_size;
  if (command.content.size() < before_payload) return ErrorCode::malformed_frame;
  if (command.content.size() - before_payload > limits.message) return ErrorCode::message_too_large;
  if (command.actor_size > 0 && !protocol::is_utf8(command.content.substr(id_size, command.actor_size))) {
    return ErrorCode::bad_headers;
  }
  return check_headers(command.content.substr(id_size + command.actor_size, command.headers_size), limits);
}

}  // namespace fanfare::broker::core
