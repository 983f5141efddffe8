#pragma once
// Every refusal and failure as the document of RFC 9457, `application/problem+json`, with a stable `code`.
// Values and pure functions; any thread.

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "frontends/http/message/reply.hpp"

namespace fanfare::frontends::http {

struct Problem {
  int status = 500;
  std::string code;                             ///< docs/services.md, or one of HTTP's own: `method_not_allowed`, …
  std::string detail;                           ///< for people: what happened and what to do
  std::map<std::string, std::string> fields{};  ///< a field's name → what is wrong with it
  bool retry_later = false;                     ///< whether the same request may succeed later
  std::optional<std::chrono::seconds> retry_after{};
};

[[nodiscard]] Reply to_reply(const Problem& problem);

}  // namespace fanfare::frontends::http
