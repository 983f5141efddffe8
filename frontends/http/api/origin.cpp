#include "frontends/http/api/origin.hpp"

#include <arpa/inet.h>

#include <array>
#include <cstdint>

namespace fanfare::frontends::http {
namespace {

bool is_from_this_machine(const Request& request) { return request.peer == "::1" || request.peer.starts_with("127."); }

bool is_address(const std::string& text) {
  std::array<std::uint8_t, 16> bytes{};
  return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

/// Host and port with the scheme's own port left out, as browsers write an Origin.
std::string_view without_default_port(std::string_view host, bool over_tls) {
  const std::string_view port = over_tls ? ":443" : ":80";
  if (host.ends_with(port)) host.remove_suffix(port.size());
  return host;
}

}  // namespace

std::string client_address(const Request& request) {
  const auto forwarded = request.header("x-forwarded-for");
  if (!forwarded || !is_from_this_machine(request)) return request.peer;
  // The last one was written by the proxy; those before it, by whoever wanted to be somebody else.
  std::string_view last = forwarded->substr(forwarded->rfind(',') + 1);
  while (last.starts_with(' ')) last.remove_prefix(1);
  while (last.ends_with(' ')) last.remove_suffix(1);
  std::string address(last);
  return is_address(address) ? address : request.peer;
}

std::string client_network(const Request& request) {
  const std::string address = client_address(request);
  constexpr std::size_t kSubscriber = 8;
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address;
  return {bytes.begin(), bytes.begin() + kSubscriber};
}

bool is_over_tls(const Request& request) {
  return is_from_this_machine(request) && request.header("x-forwarded-proto") == "https";
}

std::string_view host_name(const Request& request) {
  const std::string_view host = request.header("host").value_or("localhost");
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool is_cross_origin(const Request& request) {
  if (request.header("sec-fetch-site") == "cross-site") return true;
  const auto origin = request.header("origin");
  if (!origin) return false;
  const bool over_tls = origin->starts_with("https://");
  if (!over_tls && !origin->starts_with("http://")) return true;
  const std::string_view page = origin->substr(origin->find("//") + 2);
  return page != without_default_port(request.header("host").value_or(""), over_tls);
}

}  // namespace fanfare::frontends::http
