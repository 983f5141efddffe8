#pragma once
// Where a request comes from: the client's address, whether it came over TLS, which page sent it. A reverse proxy is
// believed (X-Forwarded-For, X-Forwarded-Proto) when it connects from this machine. Pure functions; any thread.

#include <string>
#include <string_view>

#include "frontends/http/message/request.hpp"

namespace fanfare::frontends::http {

[[nodiscard]] std::string client_address(const Request& request);

/// What rates are counted by: the address, or of IPv6 the /64 that one subscriber has.
[[nodiscard]] std::string client_network(const Request& request);

[[nodiscard]] bool is_over_tls(const Request& request);

/// The host name of the Host header, without the port; `[::1]` keeps its brackets.
[[nodiscard]] std::string_view host_name(const Request& request);

/// Whether a page of another origin sent this, by what browsers say. What is no browser says nothing and passes.
[[nodiscard]] bool is_cross_origin(const Request& request);

}  // namespace fanfare::frontends::http
