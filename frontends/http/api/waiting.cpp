#include "frontends/http/api/waiting.hpp"

#include <future>
#include <memory>

namespace fanfare::frontends::http {
namespace {

/// The SDK ends a request at its deadline; this only guards against one that is never answered.
constexpr std::chrono::milliseconds kGrace{500};

}  // namespace

common::Answer wait_for(std::chrono::milliseconds timeout, const std::function<void(common::AnswerHandler)>& begin) {
  auto promise = std::make_shared<std::promise<common::Answer>>();
  std::future<common::Answer> answer = promise->get_future();
  begin([promise](const common::Answer& given) { promise->set_value(given); });
  if (answer.wait_for(timeout) == std::future_status::ready) return answer.get();
  return common::Refusal{.code = common::Code::kOutcomeUnknown,
                         .message = "no answer in time; repeat it with the same id"};
}

common::Answer ask(common::Services& services, const common::ServiceRequest& request) {
  return wait_for(request.timeout + kGrace,
                  [&](common::AnswerHandler handler) { services.call(request, std::move(handler)); });
}

}  // namespace fanfare::frontends::http
