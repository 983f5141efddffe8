#pragma once
// The header Idempotency-Key of a request. A pure function; any thread.

#include <string>

#include "frontends/common/idempotency_key.hpp"
#include "frontends/http/message/request.hpp"

namespace fanfare::frontends::http {

/// Empty when there is none. The header of the IETF draft is a quoted string; many clients leave the quotes out.
[[nodiscard]] inline common::OrRefusal<std::string> idempotency_key(const Request& request) {
  const auto header = request.header("idempotency-key");
  if (!header) return std::string();
  const bool is_quoted = header->size() >= 2 && header->starts_with('"') && header->ends_with('"');
  return common::idempotency_key(is_quoted ? header->substr(1, header->size() - 2) : *header, "Idempotency-Key");
}

}  // namespace fanfare::frontends::http
