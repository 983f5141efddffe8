#pragma once
// Standard input as lines or as a whole, read while signals are watched. Bytes are taken as they are: a line is what
// stands before a newline, or before the end. Used on the main thread.
// Promise: memory is bounded by the longest message a broker can be configured to take.

#include <optional>
#include <string>

#include "cli/waiter.hpp"

namespace fanfare::cli {

class LineReader {
 public:
  LineReader(int fd, Waiter& waiter) : fd_(fd), waiter_(waiter) {}

  /// Nothing at the end or after a signal. Throws CommandFailure if a line is too long or reading fails.
  std::optional<std::string> next();

  /// All that is left. Throws as next() does, and also if a signal came: half an input is none.
  std::string rest();

 private:
  bool read_more();

  const int fd_;
  Waiter& waiter_;
  std::string buffer_;
  std::size_t at_ = 0;       ///< where the next line begins
  std::size_t scanned_ = 0;  ///< up to here there is no newline
  bool at_end_ = false;
};

}  // namespace fanfare::cli
