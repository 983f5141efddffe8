#pragma once
// Runs `sh -c` with input on its standard input and collects what it writes, bounded in size and time.
// A function that blocks; any thread that lives as long as the call (the kernel ends the child with that thread).
// SIGPIPE has to be ignored, as the Waiter sees to.
// Promise: when it returns, nothing that the command has started in its process group still runs.

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace fanfare::cli {

struct ShellCommand {
  std::string text;
  std::map<std::string, std::string> environment;  ///< added to this process's own
  std::string_view input;
  std::size_t max_output = 1U << 20U;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::function<bool()> canceled = [] { return false; };  ///< asked again and again while the command runs
};

struct ShellOutcome {
  std::string failure;  ///< why there is no result; empty: the command exited with 0
  std::string output;   ///< its standard output
};

/// A command that fails is described by the last line it wrote to standard error, else by how it ended.
ShellOutcome run_shell(const ShellCommand& command);

}  // namespace fanfare::cli
