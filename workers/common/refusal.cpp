#include "workers/common/refusal.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace fanfare::workers::common {
namespace {

bool may_help_later(RefusalCode code) {
  return code == RefusalCode::kTooManyRequests || code == RefusalCode::kUnavailable || code == RefusalCode::kInternal;
}

}  // namespace

std::string_view name_of(RefusalCode code) {
  switch (code) {
    case RefusalCode::kBadRequest:
      return "bad_request";
    case RefusalCode::kInvalid:
      return "invalid";
    case RefusalCode::kBadCredentials:
      return "bad_credentials";
    case RefusalCode::kTokenInvalid:
      return "token_invalid";
    case RefusalCode::kPermissionDenied:
      return "permission_denied";
    case RefusalCode::kNotFound:
      return "not_found";
    case RefusalCode::kAlreadyExists:
      return "already_exists";
    case RefusalCode::kIdConflict:
      return "id_conflict";
    case RefusalCode::kTooLarge:
      return "too_large";
    case RefusalCode::kTooManyRequests:
      return "too_many_requests";
    case RefusalCode::kUnavailable:
      return "unavailable";
    case RefusalCode::kInternal:
      break;
  }
  return "internal";
}

std::string to_reply(const Refusal& refusal) {
  nlohmann::json error = {{"code", name_of(refusal.code)},
                          {"message", refusal.message},
                          {"retry", may_help_later(refusal.code) ? "later" : "never"}};
  if (!refusal.fields.empty()) error["fields"] = refusal.fields;
  if (refusal.change) error["change"] = *refusal.change;
  return nlohmann::json{{"error", std::move(error)}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void throw_exception_from_error(const Refusal& refusal, const boost::source_location&) {
  throw std::runtime_error(std::string(name_of(refusal.code)) + ": " + refusal.message);
}

}  // namespace fanfare::workers::common
