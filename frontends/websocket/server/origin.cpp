#include "frontends/websocket/server/origin.hpp"

#include <algorithm>
#include <charconv>

namespace fanfare::frontends::websocket::server {
namespace {

constexpr std::uint16_t kHttp = 80;
constexpr std::uint16_t kHttps = 443;

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    return host.size() > 3 && host.ends_with(']') &&
           host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdef:.") == std::string_view::npos;
  }
  return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, is_host_character);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

}  // namespace

std::optional<Authority> Authority::parse(std::string_view text) {
  const auto bracket = text.rfind(']');
  const auto colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  Authority authority{lower(text.substr(0, has_port ? colon : text.size()))};
  if (!is_host(authority.host)) return std::nullopt;
  if (!has_port) return authority;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;
  authority.port = *port;
  return authority;
}

std::optional<Origin> Origin::parse(std::string_view text) {
  const auto end = text.find("://");
  if (end == std::string_view::npos) return std::nullopt;
  const auto scheme = lower(text.substr(0, end));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  const auto authority = Authority::parse(text.substr(end + 3));
  if (!authority || text.ends_with(":0")) return std::nullopt;
  const auto default_port = scheme == "http" ? kHttp : kHttps;
  return Origin{scheme, authority->host, authority->port == 0 ? default_port : authority->port};
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "[::1]" || host == "::1") return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

OriginRule::OriginRule(const Settings& settings) : page_port_(settings.page_port), on_loopback_(settings.on_loopback) {
  for (const auto& each : settings.origins) {
    if (each == "self") {
      self_ = true;
    } else if (const auto origin = Origin::parse(each)) {
      others_.push_back(*origin);
    }
  }
}

bool OriginRule::allows(std::string_view origin, std::string_view host) const {
  const auto from = Origin::parse(origin);
  if (!from) return false;
  return std::ranges::count(others_, *from) > 0 || (self_ && is_self(*from, host));
}

bool OriginRule::is_self(const Origin& origin, std::string_view host) const {
  const auto here = Authority::parse(host);
  if (!here) return false;
  if (on_loopback_ && is_loopback(here->host) && is_loopback(origin.host)) return origin.port == page_port_;
  if (origin.host != here->host) return false;
  // Behind a proxy page and WebSocket have one origin; its Host may come without the port.
  const auto default_port = origin.scheme == "http" ? kHttp : kHttps;
  return origin.port == page_port_ || origin.port == (here->port == 0 ? default_port : here->port);
}

}  // namespace fanfare::frontends::websocket::server
