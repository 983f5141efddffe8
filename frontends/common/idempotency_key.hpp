#pragma once
// The key with which a client makes sure that a change is done once, however often it asks (docs/services.md). Pure
// functions; any thread.

#include <algorithm>
#include <string>
#include <string_view>

#include "frontends/common/refusal.hpp"

namespace fanfare::frontends::common {

/// The key itself, or `invalid`, of the member `field`: it has 1 to 255 visible ASCII characters.
[[nodiscard]] inline OrRefusal<std::string> idempotency_key(std::string_view text, const std::string& field) {
  const bool fits = !text.empty() && text.size() <= 255;
  if (fits && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; })) return std::string(text);
  return Refusal{.code = Code::kInvalid,
                 .message = "look at the fields",
                 .fields = {{field, "has 1 to 255 visible ASCII characters"}}};
}

}  // namespace fanfare::frontends::common
