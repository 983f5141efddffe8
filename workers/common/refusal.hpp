#pragma once
// Why a request was not answered with `ok`: one of the codes of docs/services.md, a text for people, and what is wrong
// with which field. A value; any thread.

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace fanfare::workers::common {

/// The codes a worker answers with; the others of docs/services.md are the front-ends'.
enum class RefusalCode : std::uint8_t {
  kBadRequest,
  kInvalid,
  kBadCredentials,
  kTokenInvalid,
  kPermissionDenied,
  kNotFound,
  kAlreadyExists,
  kIdConflict,
  kTooLarge,
  kTooManyRequests,
  kUnavailable,
  kInternal,
};

struct Refusal {
  RefusalCode code = RefusalCode::kInternal;
  std::string message = {};  ///< says what to do
  std::map<std::string, std::string> fields = {};
  std::optional<std::uint64_t> change = {};  ///< of an answer about rights: the change number it was read at
  bool operator==(const Refusal&) const = default;
};

/// A value or the reason why there is none.
template <class T>
using OrRefusal = boost::system::result<T, Refusal>;

/// `bad_request` and so on.
[[nodiscard]] std::string_view name_of(RefusalCode code);

/// The payload of the reply: {"error": {…}}.
[[nodiscard]] std::string to_reply(const Refusal& refusal);

/// Found by Boost.System when value() is called on a Refusal.
[[noreturn]] void throw_exception_from_error(const Refusal& refusal, const boost::source_location&);

}  // namespace fanfare::workers::common
