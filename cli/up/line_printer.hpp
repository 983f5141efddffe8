#pragma once
// Writes what the processes of `fanfare up` say to standard error, a prefix before each line and, on a terminal, a
// colour for each component; and remembers the last line of each. print() belongs to the supervisor's thread,
// last_lines() to any.

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "runtime/logging/logger.hpp"
#include "runtime/supervisor/process_state.hpp"

namespace fanfare::cli {

class LinePrinter {
 public:
  LinePrinter(runtime::LogFormat format, runtime::Logger& log);

  void print(const runtime::ProcessSpec& process, std::string_view line);

  /// "; NAME said last: LINE" for each that has said something.
  [[nodiscard]] std::string last_lines() const;

 private:
  [[nodiscard]] std::string prefix(const runtime::ProcessSpec& process);

  const bool is_json_;
  const bool has_colours_;
  runtime::Logger& log_;
  std::map<std::string, std::size_t, std::less<>> colours_;  // by component, the supervisor's thread's
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> last_line_;  // by process, guarded by mutex_
};

/// Whether standard error is a terminal that shows colours, and nobody has asked for none (https://no-color.org).
[[nodiscard]] bool standard_error_has_colours();

}  // namespace fanfare::cli
