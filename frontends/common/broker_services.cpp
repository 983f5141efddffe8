#include "frontends/common/broker_services.hpp"

#include "runtime/json/strict_json.hpp"
#include "runtime/text/idempotency_key.hpp"

namespace fanfare::frontends::common {
namespace {

using Json = nlohmann::json;

/// Workers cut their pages at 120 KiB.
constexpr runtime::JsonBounds kReplyBounds{.size = 1U << 20U, .depth = 16};

Refusal defect(std::string message) { return {.code = Code::kInternal, .message = std::move(message)}; }

Refusal read_error(const Json& error) {
  Refusal refusal{.code = code_by_name(error.value("code", "")), .message = error.value("message", "")};
  if (const auto fields = error.find("fields"); fields != error.end() && fields->is_object()) {
    for (const auto& [name, problem] : fields->items()) {
      if (problem.is_string()) refusal.fields[name] = problem.get<std::string>();
    }
  }
  if (const auto seconds = error.find("retry_after"); seconds != error.end() && seconds->is_number_unsigned()) {
    refusal.retry_after = std::chrono::seconds(seconds->get<std::uint32_t>());
  }
  if (const auto change = error.find("change"); change != error.end() && change->is_number_unsigned()) {
    refusal.change = change->get<std::uint64_t>();
  }
  return refusal;
}

}  // namespace

Answer read_reply(std::string_view payload) try {
  const std::optional<Json> reply = runtime::parse_strict_json(payload, kReplyBounds);
  if (!reply || !reply->is_object()) return defect("a worker's reply is not a JSON object");
  if (const auto ok = reply->find("ok"); ok != reply->end() && ok->is_object()) return ok->dump();
  const auto error = reply->find("error");
  if (error == reply->end() || !error->is_object()) return defect("a worker's reply has neither ok nor error");
  return read_error(*error);
} catch (const Json::exception&) {  // a member of another type than promised
  return defect("a worker's reply can't be read");
}

Refusal refusal_of(const fanfare::Error& error, bool changes_something) {
  switch (error.code()) {
    case ErrorCode::no_service:
      return unavailable("nobody answers this at the moment; try again in a few seconds");
    case ErrorCode::outcome_unknown:
    case ErrorCode::deadline_exceeded:
      if (!changes_something) return unavailable("no answer in time; try again in a few seconds");
      return {.code = Code::kOutcomeUnknown, .message = "no answer in time; repeat it with the same id"};
    case ErrorCode::id_conflict:
      return {.code = Code::kIdConflict, .message = "this id was used for another content; choose a new one"};
    case ErrorCode::message_too_large:
      return {.code = Code::kTooLarge, .message = "the message is too large"};
    case ErrorCode::too_many_requests:
      return {.code = Code::kTooManyRequests, .message = "too many requests wait already; try again in a few seconds"};
    case ErrorCode::service_failed:
      return defect("the worker failed; its log says why");
    default:
      return unavailable("the broker does not take it at the moment (" + std::string(error.name()) + ")");
  }
}

void BrokerServices::call(const ServiceRequest& request, AnswerHandler handler) {
  const bool changes = request.changes_something;
  const bool may_come_twice = !changes || request.is_idempotent || !request.idempotency_key.empty();
  RequestOptions options{.actor = request.actor, .retry_safe = may_come_twice};
  if (!request.idempotency_key.empty()) options.headers[runtime::kIdempotencyHeader] = request.idempotency_key;
  try {
    client_.request(
        request.topic, request.payload, request.timeout, options, [handler, changes](const Outcome<Reply>& outcome) {
          handler(outcome.ok() ? read_reply(outcome.value().payload) : Answer(refusal_of(outcome.error(), changes)));
        });
  } catch (const fanfare::Error& error) {  // refused before it was sent
    handler(refusal_of(error, false));
  }
}

}  // namespace fanfare::frontends::common
