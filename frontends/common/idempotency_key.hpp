#pragma once
// An Idempotency-Key as a client gives it, or what it is told instead. A pure function; any thread.

#include <string>
#include <string_view>

#include "frontends/common/refusal.hpp"
#include "runtime/text/idempotency_key.hpp"

namespace fanfare::frontends::common {

/// The key itself, or `invalid`, of the member `field`.
[[nodiscard]] inline OrRefusal<std::string> idempotency_key(std::string_view text, const std::string& field) {
  if (runtime::is_idempotency_key(text)) return std::string(text);
  return Refusal{.code = Code::kInvalid,
                 .message = "look at the fields",
                 .fields = {{field, "has 1 to 255 visible ASCII characters"}}};
}

}  // namespace fanfare::frontends::common
