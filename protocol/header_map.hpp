#pragma once
// The small string map that messages carry, and that rows of a PAGE are: entries of u8-sized key and u16-sized value.
// Pure functions; any thread.

#include <fanfare/headers.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace fanfare::protocol {

/// The encoded form; empty for an empty map. The caller has checked the limits.
[[nodiscard]] std::string encode_headers(const Headers& headers);

/// Nullopt when the bytes are no map: sizes that do not fit, an empty or repeated key, text that is not UTF-8.
[[nodiscard]] std::optional<Headers> decode_headers(std::string_view bytes);

}  // namespace fanfare::protocol
