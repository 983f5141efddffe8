#pragma once
// The head of a request – request line and headers, up to and with the empty line – read by Boost.Beast's strict
// parser, and the rules on top of it: one Host, one Content-Length, no Transfer-Encoding (no request smuggling). A pure
// function; any thread. The one place that includes Beast.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "frontends/http/message/rejection.hpp"
#include "frontends/http/message/request.hpp"

namespace fanfare::frontends::http {

struct RequestHead {
  std::string method;
  std::string target;
  std::vector<Header> headers;  ///< names in lower case
  std::uint64_t content_length = 0;
  bool keep_alive = false;
  bool expects_continue = false;
};

[[nodiscard]] std::variant<RequestHead, Rejection> parse_head(std::string_view head);

}  // namespace fanfare::frontends::http
