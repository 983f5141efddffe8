#include "frontends/http/api/json_body.hpp"

#include <utility>

#include "runtime/json/strict_json.hpp"

namespace fanfare::frontends::http {

common::OrRefusal<nlohmann::json> read_object(const Request& request) {
  using Result = common::OrRefusal<nlohmann::json>;  // made in place: JSON converts to everything
  if (request.body.empty()) return Result(boost::system::in_place_value, nlohmann::json::object());
  auto value = runtime::parse_strict_json(request.body);
  if (!value || !value->is_object()) {
    return common::Refusal{.code = common::Code::kBadRequest,
                           .message = "the body is no JSON object (in UTF-8, each member once)"};
  }
  return Result(boost::system::in_place_value, std::move(*value));
}

}  // namespace fanfare::frontends::http
