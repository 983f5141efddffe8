#pragma once
// A complete HTTP request as plain values: what every route is given, whichever library received it.
// A value without a thread; made by RequestReader, which has checked the bounds of everything in it.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fanfare::frontends::http {

struct Header {
  std::string name;
  std::string value;
  bool operator==(const Header&) const = default;
};

struct Request {
  std::string method;
  std::string path;                                        ///< percent-decoded UTF-8 without control characters
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in their order
  std::vector<Header> headers;                             ///< names in lower case, in their order
  std::string body;
  std::string peer;                           ///< the address of the other end of the connection, without a port
  std::map<std::string, std::string> params;  ///< what stood in place of the route's `{name}`s; set by the router

  /// The first value of this header, given in lower case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;

  /// The first value of this query parameter.
  [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const;

  /// The value of this cookie. Nothing if it came twice with two values: then nobody knows whose it is.
  [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const;
};

}  // namespace fanfare::frontends::http
