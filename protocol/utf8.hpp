#pragma once
// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. A pure function; any thread.

#include <string_view>

namespace fanfare::protocol {

[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace fanfare::protocol
