#pragma once
// The codes of links: 192 random bits in base64url, 32 characters, which is what a deep link may carry (Bot API, Deep
// linking: at most 64 of A-Z a-z 0-9 _ -). Functions; any thread.

#include <string>
#include <string_view>

#include "workers/store/telegram_store.hpp"

namespace fanfare::workers::telegram {

[[nodiscard]] std::string make_link_code();

/// Whether it has the form of one.
[[nodiscard]] bool is_link_code(std::string_view text);

[[nodiscard]] store::CodeHash hash_of_link_code(std::string_view code);

}  // namespace fanfare::workers::telegram
