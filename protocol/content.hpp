#pragma once
// The content of PUBLISH, REQUEST and records: [id] actor headers payload, with the sizes in the fields before it.
// It travels from the publisher's frame into the record as it is. Pure functions; any thread.

#include <fanfare/uuid.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

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
[[nodiscard]] std::optional<Content> split_content(std::string_view bytes, std::uint8_t flags, std::uint8_t actor_size,
                                                   std::uint16_t headers_size);

/// Appends the bytes of `content` to `out`.
void append_content(std::string& out, const Content& content);

}  // namespace fanfare::protocol
