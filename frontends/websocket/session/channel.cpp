#include "frontends/websocket/session/channel.hpp"

#include "protocol/fanfare/uuid.hpp"

namespace fanfare::frontends::websocket::session {
namespace {

bool is_id(std::string_view text) {
  const auto id = Uuid::parse(text);
  return id && id->to_string() == text;
}

}  // namespace

Channel parse_channel(std::string_view name) {
  using Kind = Channel::Kind;
  if (name.starts_with('$')) return {Kind::forbidden};
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) return {};
  const auto id = name.substr(dot + 1);
  if (!is_id(id)) return {};
  const auto area = name.substr(0, dot);
  if (area == "chat") return {Kind::chat, std::string(id)};
  if (area == "typing") return {Kind::typing, std::string(id)};
  if (area == "user") return {Kind::person, std::string(id)};
  return {};
}

}  // namespace fanfare::frontends::websocket::session
