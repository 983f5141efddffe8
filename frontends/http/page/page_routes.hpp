#pragma once
// The web page and what it has to know first: GET /config.json, and every path without another route.
// Called once at start; `files` outlives the router.

#include <cstdint>
#include <string>

#include "frontends/http/page/page_files.hpp"
#include "frontends/http/routing/router.hpp"

namespace fanfare::frontends::http {

/// Where the page finds the WebSocket front-end.
struct WebSocketAddress {
  std::string configured;  ///< frontends.http.websocket_url
  std::uint16_t port = 0;  ///< for `auto`
};

[[nodiscard]] std::string websocket_url(const WebSocketAddress& address, const Request& request);

/// What /config.json says, beside the version.
struct PageSettings {
  WebSocketAddress websocket;
  bool has_telegram = false;  ///< people can link theirs
};

void add_page_routes(Router& router, PageFiles& files, const PageSettings& settings);

}  // namespace fanfare::frontends::http
