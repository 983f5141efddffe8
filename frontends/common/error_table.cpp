#include "frontends/common/error_table.hpp"

#include <algorithm>
#include <array>

namespace fanfare::frontends::common {
namespace {

constexpr std::array<ErrorRow, 15> kTable = {{
    {Code::kBadRequest, "bad_request", 400, 107, false},
    {Code::kInvalid, "invalid", 422, 107, false},
    {Code::kBadCredentials, "bad_credentials", 401, 101, false},
    {Code::kTokenInvalid, "token_invalid", 401, 101, false},
    {Code::kTokenExpired, "token_expired", 401, 109, false},
    {Code::kPermissionDenied, "permission_denied", 403, 103, false},
    {Code::kOriginRefused, "origin_refused", 403, 103, false},
    {Code::kNotFound, "not_found", 404, 102, false},
    {Code::kAlreadyExists, "already_exists", 409, 107, false},
    {Code::kIdConflict, "id_conflict", 409, 107, false},
    {Code::kTooLarge, "too_large", 413, 107, false},
    {Code::kTooManyRequests, "too_many_requests", 429, 111, true},
    {Code::kUnavailable, "unavailable", 503, 100, true},
    {Code::kOutcomeUnknown, "outcome_unknown", 503, 100, true},
    {Code::kInternal, "internal", 500, 100, true},
}};

}  // namespace

std::span<const ErrorRow> error_table() { return kTable; }

const ErrorRow& describe(Code code) { return kTable.at(static_cast<std::size_t>(code)); }

Code code_by_name(std::string_view name) {
  const auto found = std::ranges::find(kTable, name, &ErrorRow::name);
  return found == kTable.end() ? Code::kInternal : found->code;
}

}  // namespace fanfare::frontends::common
