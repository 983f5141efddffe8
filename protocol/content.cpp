#include "protocol/content.hpp"

#include <cstring>

namespace fanfare::protocol {

std::optional<Content> split_content(std::string_view bytes, std::uint8_t flags, std::uint8_t actor_size,
                                     std::uint16_t headers_size) {
  Content content;
  const bool has_id = (flags & message_flags::kId) != 0;
  const std::size_t id_size = has_id ? sizeof(Uuid) : 0;
  if (bytes.size() < id_size + actor_size + headers_size) return std::nullopt;
  if (has_id) std::memcpy(content.id.emplace().bytes.data(), bytes.data(), id_size);
  content.actor = bytes.substr(id_size, actor_size);
  content.headers = bytes.substr(id_size + actor_size, headers_size);
  content.payload = bytes.substr(id_size + actor_size + headers_size);
  return content;
}

void append_content(std::string& out, const Content& content) {
  Writer writer(out);
  if (content.id) writer(*content.id);
  out.append(content.actor).append(content.headers).append(content.payload);
}

}  // namespace fanfare::protocol
