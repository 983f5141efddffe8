#pragma once
// The request target of RFC 9112 §3.2, decoded strictly: what could mean two things to two readers is refused.
// Pure functions; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fanfare::frontends::http {

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

/// Nothing for an escape that is none, a decoded control character or text that is not UTF-8.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

/// `/path?query` or `http://host/path?query`. Nothing if it is neither, or if a decoded slash would change the path.
[[nodiscard]] std::optional<Target> parse_target(std::string_view target);

/// Whether this can stand in a Host header: a name or an address, and a port if it has one.
[[nodiscard]] bool is_host(std::string_view text);

}  // namespace fanfare::frontends::http
