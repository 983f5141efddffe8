#pragma once
// The query of a request as the JSON members that a service takes. A class for one request; one thread. Includes all of
// nlohmann/json: in sources only.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "frontends/common/refusal.hpp"
#include "frontends/http/message/request.hpp"

namespace fanfare::frontends::http {

class Query {
 public:
  explicit Query(const Request& request) : request_(request) {}

  /// Takes these parameters over if they are there.
  Query& text(std::string_view name);
  Query& number(std::string_view name);
  /// As an array of texts, which commas part; the service says what is wrong with them.
  Query& list(std::string_view name);

  /// `members` and what was taken over; `invalid` when a parameter is unknown, repeated or no number.
  [[nodiscard]] common::OrRefusal<std::string> payload(nlohmann::json members = nlohmann::json::object()) const;

 private:
  const Request& request_;
  nlohmann::json taken_ = nlohmann::json::object();
  common::Refusal refusal_{.code = common::Code::kInvalid, .message = "look at the fields of the query"};
};

}  // namespace fanfare::frontends::http
