#pragma once
// How answers of services become replies: the JSON as it is, refusals by the error table. Pure functions; any thread.

#include <string>

#include "frontends/common/refusal.hpp"
#include "frontends/common/services.hpp"
#include "frontends/http/message/reply.hpp"

namespace fanfare::frontends::http {

[[nodiscard]] Reply to_reply(const common::Refusal& refusal);

/// Never stored by a cache: it belongs to one person.
[[nodiscard]] Reply json_reply(int status, std::string json);

/// The answer's JSON with `status`, or its refusal.
[[nodiscard]] Reply to_reply(int status, const common::Answer& answer);

}  // namespace fanfare::frontends::http
