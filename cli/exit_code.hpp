#pragma once
// How the command ends, and the exception that carries it: whatever a user, a file or the broker makes fail is thrown
// as a CommandFailure and caught once, in command_line.cpp, which prints the text as it is.
// Values; any thread.

#include <stdexcept>
#include <string>

namespace fanfare::cli {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr int kInterrupted = 130;  ///< by SIGINT, SIGTERM or SIGHUP, before the work was done

class CommandFailure : public std::runtime_error {
 public:
  /// An empty text prints nothing.
  explicit CommandFailure(const std::string& text, int exit_code = kFailed)
      : std::runtime_error(text), exit_code_(exit_code) {}

  [[nodiscard]] int exit_code() const { return exit_code_; }

 private:
  int exit_code_;
};

}  // namespace fanfare::cli
