#pragma once
// Base64 (RFC 4648 §4, with padding) for payloads that are no text. A pure function.

#include <string>
#include <string_view>

namespace fanfare::cli {

std::string base64(std::string_view bytes);

}  // namespace fanfare::cli
