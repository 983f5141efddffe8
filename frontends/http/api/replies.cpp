#include "frontends/http/api/replies.hpp"

#include <utility>

#include "frontends/common/error_table.hpp"
#include "frontends/http/message/problem.hpp"

namespace fanfare::frontends::http {

Reply to_reply(const common::Refusal& refusal) {
  const common::ErrorRow& row = common::describe(refusal.code);
  Problem problem{.status = row.http_status,
                  .code = std::string(row.name),
                  .detail = refusal.message,
                  .fields = refusal.fields,
                  .retry_later = row.may_help_later,
                  .retry_after = refusal.retry_after};
  if (problem.status == 429 && !problem.retry_after) problem.retry_after = std::chrono::seconds(1);
  return to_reply(problem);
}

Reply json_reply(int status, std::string json) {
  Reply reply = make_reply(status, "application/json", std::move(json));
  reply.headers.push_back({"Cache-Control", "no-store"});
  reply.headers.push_back({"X-Content-Type-Options", "nosniff"});
  return reply;
}

Reply to_reply(int status, const common::Answer& answer) {
  return answer ? json_reply(status, *answer) : to_reply(answer.error());
}

}  // namespace fanfare::frontends::http
