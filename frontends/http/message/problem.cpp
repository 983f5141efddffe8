#include "frontends/http/message/problem.hpp"

#include <nlohmann/json.hpp>

namespace fanfare::frontends::http {

Reply to_reply(const Problem& problem) {
  nlohmann::ordered_json document = {
      {"type", "urn:fanfare:error:" + problem.code},
      {"title", reason_phrase(problem.status)},
      {"status", problem.status},
      {"code", problem.code},
      {"detail", problem.detail},
  };
  if (!problem.fields.empty()) document["fields"] = problem.fields;
  document["retry"] = problem.retry_later ? "later" : "never";
  // A worker's text that is not UTF-8 must not turn a refusal into an exception.
  std::string text = document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  Reply reply = make_reply(problem.status, "application/problem+json", std::move(text));
  reply.headers.push_back({"Cache-Control", "no-store"});
  reply.headers.push_back({"X-Content-Type-Options", "nosniff"});
  if (problem.status == 401) reply.headers.push_back({"WWW-Authenticate", "Bearer realm=\"fanfare\""});
  if (problem.retry_after) {
    reply.headers.push_back({"Retry-After", std::to_string(problem.retry_after->count())});
  }
  return reply;
}

}  // namespace fanfare::frontends::http
