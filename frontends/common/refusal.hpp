#pragma once
// Why somebody outside did not get what they asked for: one of the codes of docs/services.md, a text for people, and
// what is wrong with which field. A value; any thread.

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include "frontends/common/error_table.hpp"

namespace fanfare::frontends::common {

struct Refusal {
  Code code = Code::kInternal;
  std::string message;  ///< says what to do
  std::map<std::string, std::string> fields = {};
  std::optional<std::chrono::seconds> retry_after = {};
  std::optional<std::uint64_t> change = {};  ///< of an answer about rights: the change number it was read at
  bool operator==(const Refusal&) const = default;
};

template <class T>
using OrRefusal = boost::system::result<T, Refusal>;

/// Found by Boost.System when value() is called on a Refusal.
[[noreturn]] inline void throw_exception_from_error(const Refusal& refusal, const boost::source_location&) {
  throw std::runtime_error(std::string(describe(refusal.code).name) + ": " + refusal.message);
}

/// Nothing was done, because something that is needed is away.
inline Refusal unavailable(std::string message) { return {.code = Code::kUnavailable, .message = std::move(message)}; }

}  // namespace fanfare::frontends::common
