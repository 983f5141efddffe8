#pragma once
// Every error code and what it is at each edge: docs/services.md holds the same table, and a test compares the two.
// Constant data; any thread.

#include <cstdint>
#include <span>
#include <string_view>

namespace fanfare::frontends::common {

enum class Code : std::uint8_t {
  kBadRequest,
  kInvalid,
  kBadCredentials,
  kTokenInvalid,
  kTokenExpired,
  kPermissionDenied,
  kOriginRefused,
  kNotFound,
  kAlreadyExists,
  kIdConflict,
  kTooLarge,
  kTooManyRequests,
  kUnavailable,
  kOutcomeUnknown,
  kInternal,
};

struct ErrorRow {
  Code code;
  std::string_view name;
  int http_status;
  std::uint32_t centrifugo_code;
  bool may_help_later;  ///< the same request may pass after a while
};

/// In the order of the codes.
[[nodiscard]] std::span<const ErrorRow> error_table();

[[nodiscard]] const ErrorRow& describe(Code code);

/// kInternal for a name that is not in the table.
[[nodiscard]] Code code_by_name(std::string_view name);

}  // namespace fanfare::frontends::common
