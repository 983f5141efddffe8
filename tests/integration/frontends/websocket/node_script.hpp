#pragma once
// A run of centrifuge/client.mjs: what it says, line by line. For tests; one thread.

#include <chrono>
#include <string>
#include <vector>

#include "runtime/process/child_process.hpp"

namespace fanfare::test {

class NodeScript {
 public:
  explicit NodeScript(const std::vector<std::string>& arguments);

  /// The next line that begins so, past all others; empty when it does not come in time.
  std::string wait_for(const std::string& beginning);
  /// Whether `text` is somewhere in what it has said, by the deadline.
  [[nodiscard]] bool says(const std::string& text);
  /// Its exit code once it has ended by itself; −1 when it does not.
  int wait_end();
  /// All that it has said.
  [[nodiscard]] const std::string& output() const { return output_; }

 private:
  runtime::ChildProcess process_;
  std::string output_;
  std::size_t read_ = 0;  // up to here it was looked at
};

}  // namespace fanfare::test
