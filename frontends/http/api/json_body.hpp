#pragma once
// Reads the JSON object in a request's body. A pure function; any thread. Includes all of nlohmann/json: in sources
// only.

#include <nlohmann/json.hpp>

#include "frontends/common/refusal.hpp"
#include "frontends/http/message/request.hpp"

namespace fanfare::frontends::http {

/// `bad_request` when it is none. No body at all is an empty object.
[[nodiscard]] common::OrRefusal<nlohmann::json> read_object(const Request& request);

}  // namespace fanfare::frontends::http
