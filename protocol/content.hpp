#pragma once
// The content of PUBLISH, REQUEST and records: [id] actor headers payload, with the sizes in the fields before it.
// It travels from the publisher's frame into the record as it is. Pure functions; any thread.

#include <fanfare/uuid.hpp>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "protocol/commands.hpp"
#include "protocol/wire.hpp"

namespace fanfare::protocol {

struct Content {
  std::optional<Uuid> id;
  std::string_view actor;
  std::string_view headers;  ///< encoded, see header_map.hpp
  std::string_view payload;
};

/// Nullopt when the sizes do not fit the bytes.
[[nodiscard]] inline std::optional<Content> split_content(std::string_view bytes, std::uint8_t flags,
                                                          std::uint8_t actor_size, std::uint16_t headers_size) {
  const bool has_id = (flags & message_flags::kId) != 0;
  const std::size_t id_size = has_id ? sizeof(Uuid) : 0;
  if (bytes.size() < id_size + actor_size + headers_size) return std::nullopt;
  std::optional<Content> content(std::in_place);
  if (has_id) std::memcpy(content->id.emplace().bytes.data(), bytes.data(), id_size);
  content->actor = bytes.substr(id_size, actor_size);
  content->headers = bytes.substr(id_size + actor_size, headers_size);
  content->payload = bytes.substr(id_size + actor_size + headers_size);
  return content;
}

/// Appends the bytes of `content` to `out`.
void append_content(std::string& out, const Content& content);

}  // namespace fanfare::protocol
