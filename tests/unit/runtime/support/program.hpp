// A child process as a test sees it: all it has written so far, and waiting for a line of it.
// For tests only; used on the test's thread.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "runtime/process/child_process.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {

class Program {
 public:
  explicit Program(const runtime::Command& command) : child_(runtime::ChildProcess::spawn(command).value()) {}

  bool says(const std::string& text) {
    return eventually(std::chrono::seconds(5), [&] { return output().find(text) != std::string::npos; });
  }

  /// Its status once it has ended; {-1, -1} if it doesn't within the deadline.
  runtime::ExitStatus ends(std::chrono::milliseconds deadline = std::chrono::seconds(5)) {
    std::optional<runtime::ExitStatus> status;
    const bool has_ended = eventually(deadline, [&] {
      output();
      return (status = child_.try_wait()).has_value();
    });
    output();
    return has_ended ? *status : runtime::ExitStatus{-1, -1};
  }

  const std::string& output() { return output_ += child_.read_output(); }
  runtime::ChildProcess& child() { return child_; }

 private:
  runtime::ChildProcess child_;
  std::string output_;
};

}  // namespace fanfare::test
