#pragma once
// The result of what a file, the operating system or a configuration can make fail: a value or an Error whose
// message names the thing (path, key, address) and, where there is one, what to do next.
// Values, no owner and no thread. `value()` on a failed result throws std::runtime_error with the message.

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

namespace fanfare::runtime {

struct Error {
  Error() = default;
  /// Joins its parts. A list, because an Error that a string converts to could not stand beside a string in a Result.
  Error(std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts) message += part;
  }

  std::string message;
  bool operator==(const Error&) const = default;
};

template <class T>
using Result = boost::system::result<T, Error>;

/// Found by Boost.System when value() is called on an Error.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(error.message);
}

}  // namespace fanfare::runtime
