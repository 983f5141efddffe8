#pragma once
// base64url without padding (RFC 4648 §5), as in JWTs. Strict: each sequence of bytes has exactly one text, so two
// texts that differ never mean the same token. Functions; any thread.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fanfare::runtime::crypto {

[[nodiscard]] std::string encode_base64url(std::string_view bytes);
[[nodiscard]] std::string encode_base64url(std::span<const unsigned char> bytes);

/// Nothing for padding, white space, other characters, impossible lengths and unused bits that are not zero.
[[nodiscard]] std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace fanfare::runtime::crypto
