#pragma once
// What a topic and a pattern are, and when one matches the other. Pure functions; any thread.

#include <cstdint>
#include <string_view>

#include "protocol/limits.hpp"

namespace fanfare::protocol {

/// Whether `topic` is dot-separated tokens of UTF-8 without white space, control characters, wildcards or empty tokens,
/// within the limits.
[[nodiscard]] bool is_topic(std::string_view topic, const Limits& limits = {});

/// Whether `pattern` is a topic in which any token may be `*` and the last one `>`.
[[nodiscard]] bool is_pattern(std::string_view pattern, const Limits& limits = {});

/// Whether `pattern` has a wildcard; without one it matches the topic of the same name only.
[[nodiscard]] bool has_wildcard(std::string_view pattern);

/// `*` stands for exactly one token, a last `>` for one or more. A topic that begins with `$` is matched only by a
/// pattern that begins with `$` itself. Both must be valid.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view topic);

/// Whether some topic is matched by both patterns.
[[nodiscard]] bool overlap(std::string_view one, std::string_view other);

/// Whether every topic that `narrow` matches is matched by `wide` too.
[[nodiscard]] bool covers(std::string_view wide, std::string_view narrow);

/// A peer or group name: 1 to 64 of `A-Z a-z 0-9 _ - .`, not starting with `-` or `.`.
[[nodiscard]] bool is_name(std::string_view name);

/// Cuts the first token off `rest` and returns it.
[[nodiscard]] inline std::string_view next_token(std::string_view& rest) {
  const auto dot = rest.find('.');
  const auto token = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
  return token;
}

}  // namespace fanfare::protocol
