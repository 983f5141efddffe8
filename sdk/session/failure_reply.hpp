#pragma once
// How a service says that it failed: a REPLY with the flag `failed` and a text (PROTOCOL.md §5, Services). Services on
// this SDK add which error it is, by name, in the header `$error`. Pure functions; any thread.

#include <fanfare/error.hpp>
#include <fanfare/headers.hpp>

#include <string>
#include <string_view>

#include "protocol/header_map.hpp"

namespace fanfare::session {

inline constexpr std::string_view kErrorHeader = "$error";

[[nodiscard]] inline std::string failure_headers(ErrorCode code) {
  return protocol::encode_headers({{std::string(kErrorHeader), std::string(describe(code).name)}});
}

/// The error a failed reply stands for.
[[nodiscard]] inline Error failure_of(const Headers& headers, std::string_view text) {
  const auto found = headers.find(kErrorHeader);
  const auto code = found == headers.end() ? std::nullopt : error_code_by_name(found->second);
  return Error(code.value_or(ErrorCode::service_failed), text);
}

}  // namespace fanfare::session
