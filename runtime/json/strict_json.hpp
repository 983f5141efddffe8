#pragma once
// Reads JSON that strangers sent: bounded, UTF-8, and no member twice, so that two readers can't see two meanings.
// A function; any thread. Includes all of nlohmann/json, so include it in sources only.

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace fanfare::runtime {

struct JsonBounds {
  std::size_t size = 64U << 10U;  ///< bytes of text
  std::size_t depth = 16;         ///< objects and arrays inside each other
};

/// Nothing when it is not one JSON value (RFC 8259) within the bounds or an object has two members of one name.
[[nodiscard]] std::optional<nlohmann::json> parse_strict_json(std::string_view text, const JsonBounds& bounds = {});

}  // namespace fanfare::runtime
